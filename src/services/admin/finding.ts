import type { OperatorText } from '../../domain';

/** What the check of the set-up says about one thing. */
export interface Finding {
  id: string;
  title: string;
  title_de: string;
  status: 'ok' | 'warning' | 'error';
  detail: string;
  detail_de: string;
  what_to_do: string | null;
  what_to_do_de: string | null;
}

/** What is found about one thing: it is right, worth a look, or in the way of bookings. */
export function about(id: string, title: OperatorText) {
  const finding = (status: Finding['status'], detail: OperatorText, todo: OperatorText | null): Finding => ({
    ...{ id, title: title.en, title_de: title.de, status, detail: detail.en, detail_de: detail.de },
    ...{ what_to_do: todo?.en ?? null, what_to_do_de: todo?.de ?? null },
  });
  return {
    fine: (detail: OperatorText) => finding('ok', detail, null),
    warning: (detail: OperatorText, todo: OperatorText) => finding('warning', detail, todo),
    problem: (detail: OperatorText, todo: OperatorText) => finding('error', detail, todo),
  };
}

export const isProblem = ({ status }: Finding): boolean => status === 'error';
