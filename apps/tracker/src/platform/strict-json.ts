import { isUtf8 } from 'node:buffer';

/** Deepest nesting of objects and arrays that a body may have. */
export const jsonDepthMax = 32;

/** Says in words why a body is not taken as JSON. */
export class UnreadableJson extends Error {
  override readonly name = 'UnreadableJson';
}

/**
 * Parses JSON whose meaning is beyond doubt: valid UTF-8, no member twice, no `__proto__`, no text that cannot be
 * stored (NUL, half of a surrogate pair), nesting bounded. What is recorded here is read back years later by
 * readers that may resolve a repeated member otherwise than we do.
 * @throws UnreadableJson
 */
export function parseStrictJson(bytes: Buffer): unknown {
  if (!isUtf8(bytes)) throw new UnreadableJson('the body is not valid UTF-8');
  const text = bytes.toString('utf8');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new UnreadableJson(error instanceof Error ? error.message : 'the body is not JSON');
  }
  checkMembers(text);
  return value;
}

const refusedMembers = new Set(['__proto__']);

/** One pass over text that is known to be JSON, so that only strings, brackets and colons need a look. */
function checkMembers(text: string): void {
  const membersByDepth: (Set<string> | undefined)[] = [];
  for (let index = 0; index < text.length; index += 1) {
    switch (text.charCodeAt(index)) {
      case openBrace:
      case openBracket:
        membersByDepth.push(text.charCodeAt(index) === openBrace ? new Set() : undefined);
        if (membersByDepth.length > jsonDepthMax) throw new UnreadableJson(`nested deeper than ${jsonDepthMax} levels`);
        break;
      case closeBrace:
      case closeBracket:
        membersByDepth.pop();
        break;
      case quote: {
        const end = endOfString(text, index);
        const content = readString(text, index, end);
        if (isFollowedByColon(text, end)) addMember(membersByDepth.at(-1), content);
        index = end;
        break;
      }
    }
  }
}

const openBrace = 0x7b;
const closeBrace = 0x7d;
const openBracket = 0x5b;
const closeBracket = 0x5d;
const quote = 0x22;
const backslash = 0x5c;
const colon = 0x3a;
const space = 0x20;

function addMember(members: Set<string> | undefined, name: string): void {
  if (refusedMembers.has(name)) throw new UnreadableJson(`a member may not be called ${JSON.stringify(name)}`);
  if (members?.has(name) === true) throw new UnreadableJson(`the member ${JSON.stringify(name)} is there twice`);
  members?.add(name);
}

function endOfString(text: string, start: number): number {
  let index = start + 1;
  while (text.charCodeAt(index) !== quote) index += text.charCodeAt(index) === backslash ? 2 : 1;
  return index;
}

function readString(text: string, start: number, end: number): string {
  const raw = text.slice(start + 1, end);
  if (!raw.includes('\\')) return raw;
  const content = JSON.parse(text.slice(start, end + 1)) as string;
  if (content.includes('\0')) throw new UnreadableJson('a text holds the character NUL, which cannot be stored');
  if (/\p{Surrogate}/u.test(content)) throw new UnreadableJson('a text holds half of a surrogate pair');
  return content;
}

function isFollowedByColon(text: string, end: number): boolean {
  let index = end + 1;
  while (text.charCodeAt(index) <= space) index += 1;
  return text.charCodeAt(index) === colon;
}
