// Text as a YAML 1.2 double-quoted scalar (7.3.1): a name may be anything, a definition that quotes it stays one.

const PLAIN = /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]$/u;

function writeCharacter(character) {
  if (character === '"' || character === "\\") return `\\${character}`;
  if (PLAIN.test(character)) return character;
  const code = character.codePointAt(0).toString(16);
  return code.length > 4 ? `\\U${code.padStart(8, "0")}` : `\\u${code.padStart(4, "0")}`;
}

/** `text` in double quotes. */
export const quote = (text) => `"${Array.from(text.toWellFormed(), writeCharacter).join("")}"`;
