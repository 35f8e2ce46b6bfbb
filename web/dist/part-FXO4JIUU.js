import{e as p}from"./part-J46FJUWM.js";p();var r=class{},x=class{},o=class{},a={},e={};export{r as a,x as b,o as c,a as d,e};
