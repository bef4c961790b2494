import { In, IsNull, type DataSource, type EntityManager, type UpdateResult } from 'typeorm';
import type { TenantId } from '../domain';
import type { ErasedPerson, OperationsStore } from '../services/admin/operator-actions';
import { eraseCustomer } from './admin-erasure';
import { revokeTokens } from './admin-token-store';
import { explained } from './admin-write-errors';
import { AlertEntity, ManualReviewEntity } from './alerts';
import { AppointmentEntity } from './appointments';
import { JobEntity } from './jobs';
import { inTransaction, isUuid, managerOf } from './sql';
import { WebhookEventEntity } from './webhook-events';

const NO_LEASE = { leaseOwner: null, leaseUntil: null };

/** Operators' actions on recorded events. The caller has checked that the row belongs to its company. */
export class AdminOperationsStore implements OperationsStore {
  constructor(private readonly source: DataSource) {}

  replayEvent(id: string): Promise<boolean> {
    const ended = { id, status: In(['processed', 'ignored', 'failed']) };
    const waiting = { status: 'pending', attempts: 0, error: null, processedAt: null, ...NO_LEASE } as const;
    return this.#changes((manager) => manager.update(WebhookEventEntity, ended, waiting));
  }

  retryJob(id: string): Promise<boolean> {
    const queued = { status: 'queued', attempts: 0, runAt: () => 'now()', finishedAt: null, ...NO_LEASE } as const;
    return this.#changes((manager) => manager.update(JobEntity, { id, status: 'dead' }, queued));
  }

  resolveReview(companyId: TenantId, id: string, by: string, resolution: string): Promise<boolean> {
    return inTransaction(this.source, async (_sql, manager) => {
      const review = await manager.findOneBy(ManualReviewEntity, { companyId, id });
      const { affected } = await manager.update(
        ManualReviewEntity,
        { companyId, id, status: 'open' },
        { status: 'resolved', resolvedBy: by, resolution, resolvedAt: () => 'now()' },
      );
      if (!review || affected !== 1) return false;
      const { subjectType, subjectId } = review;
      const isOpen = await manager.existsBy(ManualReviewEntity, { companyId, subjectType, subjectId, status: 'open' });
      if (subjectType === 'appointment' && isUuid(subjectId) && !isOpen) {
        const reviewed = { requiresManualReview: false, manualReviewReason: null };
        await manager.update(AppointmentEntity, { companyId, id: subjectId }, reviewed);
      }
      return true;
    });
  }

  closeAlert(id: string): Promise<boolean> {
    return this.#changes((manager) =>
      manager.update(AlertEntity, { id, resolvedAt: IsNull() }, { resolvedAt: () => 'now()' }),
    );
  }

  revokeToken(id: string): Promise<void> {
    return inTransaction(this.source, (_sql, manager) => revokeTokens(manager, { id }));
  }

  erase(
    companyId: TenantId,
    customerId: string,
    forgetElsewhere: (person: ErasedPerson) => Promise<void>,
  ): Promise<{ appointments: number; calls: number }> {
    return inTransaction(this.source, (_sql, manager) =>
      eraseCustomer(manager, companyId, customerId, forgetElsewhere),
    );
  }

  async #changes(change: (manager: EntityManager) => Promise<UpdateResult>): Promise<boolean> {
    return (await explained(change(managerOf(this.source)))).affected !== 0;
  }
}
