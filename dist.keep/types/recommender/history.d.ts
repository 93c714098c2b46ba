/** Something the person met. A plain string is an item id. */
export interface HistoryEvent {
    id: string;
    /** A name that the bundle's policy knows ('like', 'dislike' …), in any case; unknown and missing names count as 1. */
    event?: string;
    /**
     * A rating on the scale of the log that the bundle was built from; it counts before the event's name. Where the build
     * graded no ratings, since the log's column was no scale or its config said so, the name alone counts.
     */
    rating?: number;
    /** Unix time in seconds. It matters only where the bundle's policy gives a source a half-life. */
    at?: number;
}
export declare const EVENT = "an id or { id, event, rating, at }";
/** A Unix time in seconds, as it stands. */
export declare function seconds(field: string, time: number): number;
/** The entry as an event, every field of the right type. */
export declare function historyEvent(field: string, entry: string | HistoryEvent): HistoryEvent;
