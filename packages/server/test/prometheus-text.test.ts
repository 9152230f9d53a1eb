import { describe, expect, it } from 'vitest';
import { parsePrometheus } from './prometheus-text.js';

describe('the strict parser of these tests', () => {
  it('accepts a valid text', () => {
    const text = '# HELP a_total All.\n# TYPE a_total counter\na_total{x="1"} 2\na_total{x="\\\\n"} 1.5e-7\n';
    expect(parsePrometheus(text).get('a_total')?.samples.size).toBe(2);
  });

  it.each([
    ['no newline at the end', '# HELP a A\n# TYPE a gauge\na 1'],
    ['no TYPE', '# HELP a A\na 1\n'],
    ['a duplicate family', '# HELP a A\n# TYPE a gauge\na 1\n# HELP a A\n# TYPE a gauge\n'],
    ['a sample of another family', '# HELP a A\n# TYPE a gauge\nb 1\n'],
    ['a duplicate sample', '# HELP a A\n# TYPE a gauge\na 1\na 2\n'],
    ['a value that is not a number', '# HELP a A\n# TYPE a gauge\na NaN\n'],
    ['a quote in a label', '# HELP a A\n# TYPE a gauge\na{x="""} 1\n'],
    ['a counter without _total', '# HELP a A\n# TYPE a counter\na 1\n'],
    [
      'decreasing buckets',
      '# HELP a A\n# TYPE a histogram\na_bucket{le="1"} 2\na_bucket{le="+Inf"} 1\na_sum 1\na_count 1\n',
    ],
    ['a histogram without +Inf', '# HELP a A\n# TYPE a histogram\na_bucket{le="1"} 1\na_sum 1\na_count 1\n'],
  ])('refuses %s', (_, text) => {
    expect(() => parsePrometheus(text)).toThrow();
  });
});
