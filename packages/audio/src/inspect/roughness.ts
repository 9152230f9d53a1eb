/** Energy of the differences over the energy: near 0 for low sounds, 2 for white noise, 4 for the highest tone. */
export function roughness(pcm: Int16Array): number {
  let energy = 0;
  let change = 0;
  for (let i = 1; i < pcm.length; i++) {
    const sample = pcm[i] ?? 0;
    energy += sample * sample;
    change += (sample - (pcm[i - 1] ?? 0)) ** 2;
  }
  return energy === 0 ? 0 : change / energy;
}
