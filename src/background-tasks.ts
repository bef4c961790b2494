/** Work that outlives the answer it belongs to; a stop waits for it. */
export interface BackgroundTasks {
  /** Never throws; a failure of the work is logged under this name. */
  run(name: string, work: Promise<unknown>): void;
}
