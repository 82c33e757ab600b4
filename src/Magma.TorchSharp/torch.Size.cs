using System.Collections;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>A shape.</summary>
    public readonly struct Size : IEnumerable<long>
    {
        public static Size Empty = new(Array.Empty<long>());

        private readonly long[]? dimensions;

        public Size(long[] shape)
        {
            dimensions = (long[])shape.Clone();
        }

        public Size(IEnumerable<long> shape)
        {
            dimensions = shape.ToArray();
        }

        public Size(int[] shape)
        {
            dimensions = Array.ConvertAll(shape, size => (long)size);
        }

        public Size(long size)
            : this([size])
        {
        }

        public Size((long, long) size)
            : this([size.Item1, size.Item2])
        {
        }

        public Size((long, long, long) size)
            : this([size.Item1, size.Item2, size.Item3])
        {
        }

        public Size((long, long, long, long) size)
            : this([size.Item1, size.Item2, size.Item3, size.Item4])
        {
        }

        public Size(int size)
            : this((long)size)
        {
        }

        public Size((int, int) size)
            : this([size.Item1, size.Item2])
        {
        }

        public Size((int, int, int) size)
            : this([size.Item1, size.Item2, size.Item3])
        {
        }

        public Size((int, int, int, int) size)
            : this([size.Item1, size.Item2, size.Item3, size.Item4])
        {
        }

        public long[] Shape => dimensions ?? [];

        public int Length => Shape.Length;

        public bool IsEmpty => Length == 0;

        public bool IsScalar => Length == 0;

        public long this[int idx] => Shape[idx];

        public long this[long idx] => Shape[idx];

        public static implicit operator Size(long size) => new(size);

        public static implicit operator Size((long, long) size) => new(size);

        public static implicit operator Size((long, long, long) size) => new(size);

        public static implicit operator Size((long, long, long, long) size) => new(size);

        public static implicit operator Size(long[] size) => new(size);

        public static bool operator ==(Size left, Size right) => left.Shape.AsSpan().SequenceEqual(right.Shape);

        public static bool operator !=(Size left, Size right) => !(left == right);

        public static Size operator +(Size left, Size right) => new(left.Shape.Concat(right.Shape));

        public static Size operator +(Size left, IEnumerable<long> right) => new(left.Shape.Concat(right));

        public Size Slice(int first, int next) => new(Shape[first..next]);

        public IEnumerable<long> Take(int i) => Shape.Take(i);

        /// <summary>How many elements a tensor of this shape has.</summary>
        public long numel() => Shape.Aggregate(1L, (product, size) => product * size);

        public IEnumerator<long> GetEnumerator() => ((IEnumerable<long>)Shape).GetEnumerator();

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

        public override bool Equals(object? obj) => obj is Size other && this == other;

        public override int GetHashCode()
        {
            var hash = default(HashCode);
            foreach (var size in Shape)
            {
                hash.Add(size);
            }

            return hash.ToHashCode();
        }
    }
}
