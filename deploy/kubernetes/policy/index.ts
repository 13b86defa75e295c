import { connectionsAddUp, heapsFit, quotaLeavesRoom, uploadsFit } from './capacity.ts';
import { neededFlowsAreOpen, otherFlowsAreClosed, policiesCoverEveryPod } from './flows.ts';
import {
  balancedPodsLinger,
  budgetsFit,
  copiesHaveOneOwner,
  rollOutsAreGentle,
  stoppingHasTime,
  timeoutsAreInOrder,
} from './lifecycle.ts';
import type { Policy } from './objects.ts';
import {
  imagesArePinned,
  livenessAsksNobody,
  podsAreProbed,
  podsAreRestricted,
  podsAskForResources,
  scratchIsLimited,
} from './pods.ts';
import { doorsLeadSomewhere, labelsSayWhoApplies, namesResolve, portsResolve, selectorsMatch } from './references.ts';
import { addedModelsAreShared, databaseIsKnown } from './storage.ts';

export type { Policy };

/** What every base, overlay and combination must keep, whatever its components. */
export const policies = {
  'selectors match their pods': selectorsMatch,
  'ports, probes and monitors resolve': portsResolve,
  'doors lead somewhere': doorsLeadSomewhere,
  'names resolve': namesResolve,
  'labels say who applies': labelsSayWhoApplies,
  'pods are restricted': podsAreRestricted,
  'pods ask for what they need': podsAskForResources,
  'scratch space is limited': scratchIsLimited,
  'added models are shared': addedModelsAreShared,
  'an external database is known': databaseIsKnown,
  'images are pinned': imagesArePinned,
  'pods are probed': podsAreProbed,
  'liveness asks nobody else': livenessAsksNobody,
  'stopping has the time it needs': stoppingHasTime,
  'balanced pods linger': balancedPodsLinger,
  'timeouts are in order': timeoutsAreInOrder,
  'budgets fit': budgetsFit,
  'copies have one owner': copiesHaveOneOwner,
  'roll-outs are gentle': rollOutsAreGentle,
  'connections add up': connectionsAddUp,
  'heaps fit': heapsFit,
  'uploads fit': uploadsFit,
  'the quota leaves room': quotaLeavesRoom,
  'network policies cover every pod': policiesCoverEveryPod,
  'needed flows are open': neededFlowsAreOpen,
  'other flows are closed': otherFlowsAreClosed,
} satisfies Record<string, Policy>;
