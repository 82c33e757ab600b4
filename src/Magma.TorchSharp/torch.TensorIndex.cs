using TorchSharp.Native;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>
    /// What stands between the square brackets: a position, a slice, a new axis, an ellipsis, a truth value or an index tensor.
    /// </summary>
    public readonly struct TensorIndex
    {
        public static TensorIndex Ellipsis = new(IndexKind.Ellipsis);
        public static TensorIndex None = new(IndexKind.None);
        public static TensorIndex Null = new(IndexKind.None);
        public static TensorIndex Colon = Slice();

        private readonly long start;
        private readonly long stop;
        private readonly long step;
        private readonly Tensor? tensor;

        private TensorIndex(
            IndexKind kind,
            long start = NativeIndex.Open,
            long stop = NativeIndex.Open,
            long step = NativeIndex.Open,
            Tensor? tensor = null)
        {
            (Kind, this.start, this.stop, this.step, this.tensor) = (kind, start, stop, step, tensor);
        }

        internal IndexKind Kind { get; }

        /// <summary>From start to before stop; negative ones count from the end, null ones are open.</summary>
        public static TensorIndex Slice(long? start = null, long? stop = null, long? step = null) =>
            new(IndexKind.Slice, start ?? NativeIndex.Open, stop ?? NativeIndex.Open, step ?? 1);

        public static TensorIndex Slice((int?, int?) range) => Slice(range.Item1, range.Item2);

        public static TensorIndex Slice(Range range) => new(IndexKind.Slice, Position(range.Start), End(range.End), 1);

        public static TensorIndex Bool(bool value) => new(IndexKind.Bool, value ? 1 : 0);

        public static TensorIndex Single(long? index) => index is null ? None : new(IndexKind.Int, index.Value);

        public static TensorIndex Tensor(Tensor tensor) => new(IndexKind.Tensor, tensor: tensor);

        public static implicit operator TensorIndex(long value) => Single(value);

        public static implicit operator TensorIndex((int?, int?) range) => Slice(range);

        public static implicit operator TensorIndex(Range range) => Slice(range);

        public static implicit operator TensorIndex(Index index) => Single(index.IsFromEnd ? -index.Value : index.Value);

        private static long Position(Index index) => index.IsFromEnd ? -index.Value : index.Value;

        // As a position counted from the end, ^0 would be the first.
        private static long End(Index index) => index is { IsFromEnd: true, Value: 0 } ? NativeIndex.Open : Position(index);

        internal NativeIndex ToNative() =>
            new() { Kind = Kind, Start = start, Stop = stop, Step = step, Tensor = tensor?.Handle ?? IntPtr.Zero };
    }
}
