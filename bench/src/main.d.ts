/** `npm run bench` lists what can be measured; `npm run bench -- NAME` measures it. */
export declare function main(names: string[]): Promise<void>;
