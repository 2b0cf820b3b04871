/** Loaded before a server (node --import): its clock goes CLOCK_OFFSET_MS ahead, as if so much time had passed. */
const RealDate = Date
const offset = Number(process.env.CLOCK_OFFSET_MS ?? 0)

class MovedDate extends RealDate {
  constructor(...args: [] | [string | number | Date]) {
    if (args.length === 0) super(RealDate.now() + offset)
    else super(...args)
  }
  static override now(): number {
    return RealDate.now() + offset
  }
}

globalThis.Date = MovedDate as DateConstructor

export {}
