using TorchSharp.Native;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public Tensor gather(long dim, Tensor index) => Aten.gather.Call(this, dim, index);

        public Tensor index_select(long dim, Tensor index) => Aten.index_select.Call(this, dim, index);

        public Tensor scatter(long dim, Tensor index, Tensor src) => Aten.scatter_src.Call(this, dim, index, src);

        public Tensor scatter_(long dim, Tensor index, Tensor src) => Aten.scatter__src.CallInPlace(this, this, dim, index, src);

        public Tensor scatter_add(long dim, Tensor index, Tensor src) => Aten.scatter_add.Call(this, dim, index, src);

        public Tensor scatter_add_(long dim, Tensor index, Tensor src) => Aten.scatter_add_.CallInPlace(this, this, dim, index, src);

        public Tensor index_add(long dim, Tensor index, Tensor source, Scalar alpha) =>
            Aten.index_add.Call(this, dim, index, source, alpha);

        public Tensor index_add_(long dim, Tensor index, Tensor source, Scalar alpha) =>
            Aten.index_add_.CallInPlace(this, this, dim, index, source, alpha);

        public Tensor index_copy(long dim, Tensor index, Tensor source) => Aten.index_copy.Call(this, dim, index, source);

        public Tensor index_copy_(long dim, Tensor index, Tensor source) => Aten.index_copy_.CallInPlace(this, this, dim, index, source);

        public Tensor index_fill(long dim, Tensor index, Scalar value) => Aten.index_fill_int_Scalar.Call(this, dim, index, value);

        public Tensor index_fill_(long dim, Tensor index, Scalar value) =>
            Aten.index_fill__int_Scalar.CallInPlace(this, this, dim, index, value);

        public Tensor masked_fill(Tensor mask, Scalar value) => Aten.masked_fill_Scalar.Call(this, mask, value);

        public Tensor masked_fill_(Tensor mask, Scalar value) => Aten.masked_fill__Scalar.CallInPlace(this, this, mask, value);

        public Tensor masked_select(Tensor mask) => Aten.masked_select.Call(this, mask);

        public Tensor masked_scatter(Tensor mask, Tensor value) => Aten.masked_scatter.Call(this, mask, value);

        public Tensor masked_scatter_(Tensor mask, Tensor value) => Aten.masked_scatter_.CallInPlace(this, this, mask, value);

        public Tensor take(Tensor index) => Aten.take.Call(this, index);

        public Tensor take_along_dim(Tensor indices) => Aten.take_along_dim.Call(this, indices);

        public Tensor take_along_dim(Tensor indices, long dim) => Aten.take_along_dim.Call(this, indices, dim);

        public Tensor where(Tensor condition, Tensor y) => Aten.where_self.Call(condition, this, y);

        public Tensor select_scatter(Tensor src, long dim, long index) => Aten.select_scatter.Call(this, src, dim, index);

        public Tensor slice_scatter(Tensor src, long dim = 0, long? start = null, long? end = null, long step = 1) =>
            Aten.slice_scatter.Call(this, src, dim, start, end, step);

        public Tensor fill_(Scalar value) => Aten.fill__Scalar.Call(this, value);

        public Tensor zero_() => Aten.zero_.Call(this);

        public Tensor copy_(Tensor source, bool nonBlocking = false) => Aten.copy_.CallInPlace(this, this, source, nonBlocking);

        public Tensor set_(Tensor source) => Aten.set__source_Tensor.CallInPlace(this, this, source);
    }
}
