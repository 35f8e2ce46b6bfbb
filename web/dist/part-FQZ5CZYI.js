import{c as r,d as a}from"./part-62PMK2YG.js";import{e}from"./part-J46FJUWM.js";e();var s=t=>a(t,r(t,void 0,{insertSpaces:!0,tabSize:2}));export{s as format};
