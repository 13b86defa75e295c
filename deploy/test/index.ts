/** What other rooms may use of the deployment's tests: the load balancer that the Ingress asks for. */
export { readBase } from '../kubernetes/manifests.ts';
export { type Balancer, startBalancer } from './balancer.ts';
export { fetchThrough } from './fetch-through.ts';
