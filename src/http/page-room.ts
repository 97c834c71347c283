// Room for the bytes of pages, used again as soon as an answer has left. A page is put together and handed on some thousand
// times a second; in new memory each time that takes three times as long, and as long again to clean up after. Only the
// runtime knows when the bytes have left (node/serve.ts); what it does not give back is the garbage collector's, as ever.

/** The smallest and the largest room, in bytes: powers of two. A page that needs more gets memory of its own. */
export const ROOM_BYTES_MIN = 16_384;
export const ROOM_BYTES_MAX = 1_048_576;
/** Bytes of all rooms that are kept for the next pages. */
export const ROOMS_BYTES_MAX = 16 * 1_048_576;

const free = new Map<number, ArrayBuffer[]>();
let kept = 0;

/** Rooms that were lent for an answer's bytes. */
const lent = new WeakMap<Response, ArrayBuffer>();

/** So many bytes, of any content: whoever asks writes all of them. */
export function takeRoom(bytes: number): Uint8Array<ArrayBuffer> {
  const size = sizeOf(bytes);
  if (size === null) return new Uint8Array(bytes);
  const room = free.get(size)?.pop();
  if (room === undefined) return new Uint8Array(new ArrayBuffer(size), 0, bytes);
  kept -= size;
  return new Uint8Array(room, 0, bytes);
}

/** Notes that an answer's body is these bytes, and nothing else is in their room. */
export function lendRoom(response: Response, bytes: Uint8Array<ArrayBuffer>): Response {
  if (sizeOf(bytes.length) === bytes.buffer.byteLength) lent.set(response, bytes.buffer);
  return response;
}

/** Takes an answer's room back. To be called once its bytes have left, by the runtime that did not copy them. */
export function giveRoomBack(response: Response): void {
  const room = lent.get(response);
  if (room === undefined) return;
  lent.delete(response);
  if (kept + room.byteLength > ROOMS_BYTES_MAX) return;
  kept += room.byteLength;
  const same = free.get(room.byteLength);
  if (same === undefined) free.set(room.byteLength, [room]);
  else same.push(room);
}

/** Bytes of the room for so many; null where they get memory of their own. */
function sizeOf(bytes: number): number | null {
  if (bytes > ROOM_BYTES_MAX || bytes <= ROOM_BYTES_MIN / 4) return null;
  return Math.max(ROOM_BYTES_MIN, 2 ** Math.ceil(Math.log2(bytes)));
}
