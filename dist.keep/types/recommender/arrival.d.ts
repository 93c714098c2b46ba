/**
 * What of a bundle has arrived in memory, how much of that is open, and what waits.
 *
 *     0 ──────── opened ──── waiting ──── checked ──── received ──── total
 *
 * A bundle arrives from its front, and each section is compared with its checksum when it is whole. As soon as what has
 * come is enough to recommend from, it opens; what comes later waits, and is opened over it between two calls.
 */
import type { Core } from './core.js';
import { type Layers, type OpenOptions } from './options.js';
export declare class Arrival {
    private readonly options;
    /** Bytes of the whole, 0 until its header has come, and those in memory. */
    total: number;
    received: number;
    /** How far sections are whole, and their checksums right. */
    private checked;
    /** How far all reaches that answers need, which is what `layers: 'base'` asks for. */
    private needed;
    /** Whether residual layers are asked for. */
    private all;
    /** How far what is open reaches, and what is to be opened with the next call; 0: nothing. */
    private opened;
    private waiting;
    /** null: it was closed. */
    private kept;
    constructor(core: Core, options?: OpenOptions);
    /** The core, with all open that has come. Throws where it was closed. */
    get core(): Core;
    /** The bundle's length. Throws where it was closed. */
    get bytes(): number;
    /** How far answers can be made from it. Throws where it was closed. */
    get loaded(): number;
    get closed(): boolean;
    /** How far what is asked for reaches. */
    get wanted(): number;
    /** All that is asked for is here, and the rest is not needed. */
    get enough(): boolean;
    /** All that is asked for is open. */
    get whole(): boolean;
    /** Asks for more. */
    want(layers: Layers): void;
    /** The header says how much there will be; where it comes again, it is that of the same bundle. */
    meet(header: Uint8Array): void;
    /** The next bytes: straight to their place. */
    place(chunk: Uint8Array): void;
    /** Nothing more will come: opens what waits, and throws where something is missing. */
    finish(): void;
    /** A bundle that is here as a whole. */
    placeAll(bytes: Uint8Array): void;
    close(): void;
    /** The core as it is. */
    private get held();
    /** How far what has come, and is asked for, was found whole. */
    private get usable();
    /** Where it fails, what was open still is. */
    private open;
}
