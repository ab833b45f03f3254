export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

export function round(value, digits) {
  return Number(value.toFixed(digits));
}

// Range of the values by their median.
export function spread(values) {
  return (Math.max(...values) - Math.min(...values)) / median(values);
}
