import{a,b,c,d,e}from"./part-FXO4JIUU.js";import"./part-J46FJUWM.js";export{b as DiffEditorWidget,c as MultiDiffEditorWidget,a as StandaloneQuickInputService,e as parsers,d as printers};
