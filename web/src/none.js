// Stands in for what is never reached: Monaco's diff editors, and the printers of Prettier's JSON.
export class StandaloneQuickInputService {}
export class DiffEditorWidget {}
export class MultiDiffEditorWidget {}
export const printers = {};
export const parsers = {};
