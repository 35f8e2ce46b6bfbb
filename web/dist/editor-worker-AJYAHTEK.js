import{b as a}from"./part-WQECXETW.js";import"./part-4TS7E5U3.js";export{a as initialize};
