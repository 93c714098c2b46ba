/**
 * Files appear whole or not at all: what is written goes to a part beside its place, which is renamed once it is complete.
 * A process that is killed meanwhile leaves its part there, and the next that writes to the same place removes it. So a part
 * says whose it is: `OUT.PID@HOST.part`.
 */
import { readdirSync, readFileSync, readlinkSync, realpathSync, renameSync, rmSync, statSync } from 'node:fs'
import { hostname } from 'node:os'
import { basename, dirname, join, resolve } from 'node:path'
import { InputError } from './errors.js'

/** Who works in a folder that hosts share cannot be seen from another one: a part of theirs is left alone for a day. */
const DAY = 86_400_000

/** Where a file will stand, links followed, and the part that this process writes of it. */
export interface Place {
  path: string
  /** The place itself, where that is a device or a pipe: what is written there is gone already. */
  part: string
}

/** What others left of it is removed. */
export function placeOf(path: string): Place {
  const found = attempt(() => statSync(path))
  if (found !== undefined && !found.isFile()) return { path, part: path }
  const own = attempt(() => realpathSync(path)) ?? attempt(() => resolve(dirname(path), readlinkSync(path))) ?? path
  removeAbandoned(own)
  return { path: own, part: `${own}.${process.pid}@${hostname()}.part` }
}

/** The file appears under its name. */
export function appear({ part, path }: Place): void {
  if (part !== path) renameSync(part, path)
}

/** Nothing is left behind. */
export function discard({ part, path }: Place): void {
  if (part !== path) rmSync(part, { force: true })
}

/** Removes the parts of `path` whose processes live no more, as far as that may be done. */
export function removeAbandoned(path: string): void {
  const [folder, name] = [dirname(path), basename(path)]
  for (const one of entries(folder)) {
    const owner = one.startsWith(name) ? /^\.(\d+)(?:@(.+))?\.part$/.exec(one.slice(name.length)) : null
    if (owner !== null) attempt(() => removeOf(join(folder, one), Number(owner[1]), owner[2] ?? hostname()))
  }
}

function removeOf(part: string, pid: number, host: string): void {
  const isAbandoned = host === hostname() ? !isAlive(pid) : Date.now() - statSync(part).mtimeMs > DAY
  if (isAbandoned) rmSync(part, { force: true })
}

/** A number that another process was given since keeps a part until that one has ended too. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH'
  }
  return !isZombie(pid)
}

/** Ended, and not yet fetched by its parent: for good where that is a container's first process. Linux says so in /proc. */
function isZombie(pid: number): boolean {
  const stat = attempt(() => readFileSync(`/proc/${pid}/stat`, 'latin1')) ?? ''
  return stat.slice(stat.lastIndexOf(')')).startsWith(') Z')
}

const entries = (folder: string): string[] => attempt(() => readdirSync(folder)) ?? []

/** Tidying up is no reason to fail: who may write to a folder may still be kept from listing it, or from another's files. */
function attempt<T>(work: () => T): T | undefined {
  try {
    return work()
  } catch {
    return undefined
  }
}

const ROOM: Record<string, string> = {
  ENOSPC: 'a full disk',
  EDQUOT: 'a disk whose quota is used up',
  EFBIG: 'a limit on the size of files (ulimit -f)',
}
const PLACE: Record<string, string> = {
  EROFS: 'a disk that may only be read',
  EACCES: 'a folder that may not be written to',
  EPERM: 'a folder that may not be written to',
  ENOENT: 'no such folder',
}

/** An error of the file system while `path` was written; anything else is passed through unchanged. */
export function writeError(path: string, error: unknown): unknown {
  const { code, syscall } = error as NodeJS.ErrnoException
  if (code === undefined || syscall === undefined) return error
  const expected = code in ROOM ? 'room for the file' : 'a folder that can be written to'
  return new InputError({ file: path }, ROOM[code] ?? PLACE[code] ?? code, expected, { cause: error })
}
