// Formats the variables and headers when the reader presses "Prettify", with the parser that is bundled
// anyway: Prettier's way to JSON brings all of Babel along.
import { applyEdits, format as edits } from 'jsonc-parser';

/** The same JSON (comments allowed), indented by two spaces. */
export const format = (text) => applyEdits(text, edits(text, undefined, { insertSpaces: true, tabSize: 2 }));
