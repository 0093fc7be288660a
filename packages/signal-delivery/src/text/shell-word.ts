/** A word of a command that is to be pasted into a shell: quoted where it has to be. */
export function shellWord(text: string): string {
  return /^[\p{L}\p{N}@%+=:,./\\_-]+$/u.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
