/**
 * Which encoding a text is in that is not UTF-8; none says so itself. Those of East Asia take a character from two bytes, so
 * that a wrong one soon meets a pair that is none, or reads the wrong script; Western letters stand alone among ASCII.
 */
/** What iconv calls the likeliest encoding of some bytes, which may end within a character, and what TextDecoder does. */
export declare function encodingOf(bytes: Uint8Array): {
    name: string;
    label: string;
};
