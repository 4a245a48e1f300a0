/** What came over the wire, read field by field: a missing field fails the test that reads it. */
// biome-ignore lint/suspicious/noExplicitAny: the point of the tests is to find out what it is
export type Wire = any;

/** Characters that must never come back from a file: they hide text, turn it, or move the cursor. */
export const hiddenCharacters = new RegExp('\\\\u202e|\\\\u200b|\\\\u001b|[\\u202e\\u200b\\u001b\\u{e0041}]', 'u');
