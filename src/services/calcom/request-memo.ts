import { currentRequest } from '../../request-context';

export interface Remembered<T> {
  answer: Promise<T>;
  /** True when the question had been asked before in this request. */
  again: boolean;
}

/** Asks once per request: the same question gets the same promise, a failure included. Outside a request it just asks. */
export function remember<T>(
  question: string,
  ask: () => Promise<T>,
  isAnswer: (value: unknown) => value is T,
): Remembered<T> {
  const memo = currentRequest()?.memo;
  const known = memo?.get(question);
  if (known) {
    const answer = known.then((value) => {
      if (!isAnswer(value)) throw new TypeError(`the memo of ${question} holds something else`);
      return value;
    });
    return { answer, again: true };
  }
  const answer = ask();
  memo?.set(question, answer);
  return { answer, again: false };
}

/** What this request did makes its earlier answers untrue: questions that begin with `prefix` are asked anew. */
export function forget(prefix: string): void {
  const memo = currentRequest()?.memo;
  if (!memo) return;
  for (const question of memo.keys()) if (question.startsWith(prefix)) memo.delete(question);
}
