using TorchSharp.Native;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public Tensor t() => Aten.t.Call(this);

        /// <summary>The same memory, outside the graph.</summary>
        public Tensor detach() => Aten.detach.Call(this);

        public Tensor detach_() => Aten.detach_.Call(this);

        public Tensor alias() => Aten.alias.Call(this);

        public Tensor clone() => Aten.clone.Call(this);

        /// <summary>The tensor itself when its elements lie in order, else a copy that does.</summary>
        public Tensor contiguous() => Aten.contiguous.Call(this);

        public Tensor expand_as(Tensor other) => Aten.expand_as.Call(this, other);

        public Tensor view_as(Tensor other) => Aten.view_as.Call(this, other);

        public Tensor flatten(long start_dim = 0, long end_dim = -1) => Aten.flatten_using_ints.Call(this, start_dim, end_dim);

        public Tensor ravel() => Aten.ravel.Call(this);

        public Tensor unflatten(long dim, params long[] sizes) => Unflatten(dim, sizes);

        public Tensor unflatten(long dim, Size sizes) => Unflatten(dim, sizes.Shape);

        public Tensor swapaxes(long dim0, long dim1) => Transpose(dim0, dim1);

        public Tensor swapdims(long dim0, long dim1) => Transpose(dim0, dim1);

        public Tensor transpose(long dim0, long dim1) => Transpose(dim0, dim1);

        public Tensor transpose_(long dim0, long dim1) => Aten.transpose_.CallInPlace(this, this, dim0, dim1);

        public Tensor movedim(long[] source, long[] destination) => Aten.movedim_intlist.Call(this, source, destination);

        public Tensor moveaxis(long[] source, long[] destination) => Aten.movedim_intlist.Call(this, source, destination);

        public Tensor unsqueeze_(long dim) => Aten.unsqueeze_.CallInPlace(this, this, dim);

        public Tensor squeeze_(long? dim = null) => dim is null ? Aten.squeeze_.Call(this) : Aten.squeeze__dim.CallInPlace(this, this, dim);

        public Tensor repeat(params long[] sizes) => Aten.repeat.Call(this, sizes);

        public Tensor tile(long[] reps) => Aten.tile.Call(this, reps);

        public Tensor repeat_interleave(long repeats, long? dim = null, long? output_size = null) =>
            Aten.repeat_interleave_self_int.Call(this, repeats, dim, output_size);

        public Tensor repeat_interleave(Tensor repeats, long? dim = null, long? output_size = null) =>
            Aten.repeat_interleave_self_Tensor.Call(this, repeats, dim, output_size);

        public Tensor broadcast_to(params long[] shape) => expand(shape);

        public Tensor flip(params long[] dims) => Aten.flip.Call(this, dims);

        /// <summary>A matrix with the elements on a diagonal, zeros elsewhere.</summary>
        public Tensor diagflat(long offset = 0) => Aten.diagflat.Call(this, offset);

        public Tensor fliplr() => Aten.fliplr.Call(this);

        public Tensor flipud() => Aten.flipud.Call(this);

        public Tensor roll(long shifts, long? dims = null) =>
            Aten.roll.Call(this, new[] { shifts }, dims is null ? Array.Empty<long>() : new[] { dims.Value });

        public Tensor roll(long[] shifts, long[] dims) => Aten.roll.Call(this, shifts, dims);

        public Tensor roll(long[] shifts) => Aten.roll.Call(this, shifts);

        public Tensor roll((long, long) shifts, (long, long) dims) =>
            Aten.roll.Call(this, new[] { shifts.Item1, shifts.Item2 }, new[] { dims.Item1, dims.Item2 });

        public Tensor roll((long, long, long) shifts, (long, long, long) dims) =>
            Aten.roll.Call(this, new[] { shifts.Item1, shifts.Item2, shifts.Item3 }, new[] { dims.Item1, dims.Item2, dims.Item3 });

        public Tensor roll(ReadOnlySpan<long> shifts, ReadOnlySpan<long> dims = default) =>
            Aten.roll.Call(this, shifts.ToArray(), dims.ToArray());

        public Tensor rot90(long k = 1, (long, long)? dims = null) =>
            Aten.rot90.Call(this, k, dims is null ? new long[] { 0, 1 } : new[] { dims.Value.Item1, dims.Value.Item2 });

        public Tensor unfold(long dimension, long size, long step) => Aten.unfold.Call(this, dimension, size, step);

        public Tensor as_strided(long[] size, long[] strides, long storageOffset = 0) =>
            Aten.as_strided.Call(this, size, strides, storageOffset);

        public Tensor[] split(long size, int dim = 0) => Aten.split_Tensor.CallMany(this, size, dim);

        public Tensor[] split(long[] sizes, long dim = 0) => Aten.split_with_sizes.CallMany(this, sizes, dim);

        public Tensor[] split(ReadOnlySpan<long> sizes, long dim = 0) => Aten.split_with_sizes.CallMany(this, sizes.ToArray(), dim);

        public Tensor[] split(params long[] sizes) => Aten.split_with_sizes.CallMany(this, sizes);

        public Tensor[] chunk(long chunks, long dim = 0) => Aten.chunk.CallMany(this, chunks, dim);

        public Tensor[] tensor_split(long size, long dim = 0) => Aten.tensor_split_sections.CallMany(this, size, dim);

        public Tensor[] tensor_split(long[] sizes, long dim = 0) => Aten.tensor_split_indices.CallMany(this, sizes, dim);

        /// <summary>As tensor_split with the sizes or the number of parts in a tensor on the CPU.</summary>
        public Tensor[] tensor_split(Tensor indices, long dim = 0) =>
            Aten.tensor_split_tensor_indices_or_sections.CallMany(this, indices, dim);

        /// <summary>So many equal parts along the columns: dimension 1, or 0 of a vector.</summary>
        public Tensor[] hsplit(long size) => Aten.hsplit_int.CallMany(this, size);

        public Tensor[] hsplit(params long[] sizes) => Aten.hsplit_array.CallMany(this, sizes);

        /// <summary>So many equal parts along dimension 0.</summary>
        public Tensor[] vsplit(long size) => Aten.vsplit_int.CallMany(this, size);

        public Tensor[] vsplit(params long[] sizes) => Aten.vsplit_array.CallMany(this, sizes);

        /// <summary>So many equal parts along dimension 2.</summary>
        public Tensor[] dsplit(long size) => Aten.dsplit_int.CallMany(this, size);

        public Tensor[] dsplit(params long[] sizes) => Aten.dsplit_array.CallMany(this, sizes);

        public Tensor[] unbind(long dimension = 0) => Aten.unbind_int.CallMany(this, dimension);

        public Tensor atleast_1d() => Aten.atleast_1d.Call(this);

        public Tensor atleast_2d() => Aten.atleast_2d.Call(this);

        public Tensor atleast_3d() => Aten.atleast_3d.Call(this);
    }
}
