using TorchSharp.Native;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public Tensor eq(Tensor target) => Aten.eq_Tensor.Call(this, target);

        public Tensor eq(Scalar target) => Aten.eq_Scalar.Call(this, target);

        public Tensor eq_(Tensor target) => Aten.eq__Tensor.Call(this, target);

        public Tensor eq_(Scalar target) => Aten.eq__Scalar.Call(this, target);

        public Tensor ne(Tensor target) => Aten.ne_Tensor.Call(this, target);

        public Tensor ne(Scalar target) => Aten.ne_Scalar.Call(this, target);

        public Tensor ne_(Tensor target) => Aten.ne__Tensor.Call(this, target);

        public Tensor ne_(Scalar target) => Aten.ne__Scalar.Call(this, target);

        public Tensor lt(Tensor target) => Aten.lt_Tensor.Call(this, target);

        public Tensor lt(Scalar target) => Aten.lt_Scalar.Call(this, target);

        public Tensor lt_(Tensor target) => Aten.lt__Tensor.Call(this, target);

        public Tensor lt_(Scalar target) => Aten.lt__Scalar.Call(this, target);

        public Tensor le(Tensor target) => Aten.le_Tensor.Call(this, target);

        public Tensor le(Scalar target) => Aten.le_Scalar.Call(this, target);

        public Tensor le_(Tensor target) => Aten.le__Tensor.Call(this, target);

        public Tensor le_(Scalar target) => Aten.le__Scalar.Call(this, target);

        public Tensor gt(Tensor target) => Aten.gt_Tensor.Call(this, target);

        public Tensor gt(Scalar target) => Aten.gt_Scalar.Call(this, target);

        public Tensor gt_(Tensor target) => Aten.gt__Tensor.Call(this, target);

        public Tensor gt_(Scalar target) => Aten.gt__Scalar.Call(this, target);

        public Tensor ge(Tensor target) => Aten.ge_Tensor.Call(this, target);

        public Tensor ge(Scalar target) => Aten.ge_Scalar.Call(this, target);

        public Tensor ge_(Tensor target) => Aten.ge__Tensor.Call(this, target);

        public Tensor ge_(Scalar target) => Aten.ge__Scalar.Call(this, target);

        public Tensor greater(Tensor target) => Aten.gt_Tensor.Call(this, target);

        public Tensor greater_equal(Tensor target) => Aten.ge_Tensor.Call(this, target);

        public Tensor less(Tensor target) => Aten.lt_Tensor.Call(this, target);

        public Tensor less_equal(Tensor target) => Aten.le_Tensor.Call(this, target);

        public Tensor not_equal(Tensor target) => Aten.ne_Tensor.Call(this, target);

        /// <summary>Elementwise.</summary>
        public Tensor equal(Tensor target) => Aten.eq_Tensor.Call(this, target);

        public Tensor logical_and(Tensor other) => Aten.logical_and.Call(this, other);

        public Tensor logical_and_(Tensor other) => Aten.logical_and_.Call(this, other);

        public Tensor logical_or(Tensor other) => Aten.logical_or.Call(this, other);

        public Tensor logical_or_(Tensor other) => Aten.logical_or_.Call(this, other);

        public Tensor logical_xor(Tensor other) => Aten.logical_xor.Call(this, other);

        public Tensor logical_xor_(Tensor other) => Aten.logical_xor_.Call(this, other);

        public Tensor logical_not() => Aten.logical_not.Call(this);

        public Tensor bitwise_not() => Aten.bitwise_not.Call(this);

        public Tensor isfinite() => Aten.isfinite.Call(this);

        public Tensor isinf() => Aten.isinf.Call(this);

        public Tensor isnan() => Aten.isnan.Call(this);

        public Tensor isneginf() => Aten.isneginf.Call(this);

        public Tensor isposinf() => Aten.isposinf.Call(this);

        public Tensor isreal() => Aten.isreal.Call(this);

        public Tensor logical_not_() => Aten.logical_not_.Call(this);

        public Tensor bitwise_not_() => Aten.bitwise_not_.Call(this);

        public Tensor bitwise_and(Tensor other) => Aten.bitwise_and_Tensor.Call(this, other);

        public Tensor bitwise_and_(Tensor other) => Aten.bitwise_and__Tensor.Call(this, other);

        public Tensor bitwise_or(Tensor other) => Aten.bitwise_or_Tensor.Call(this, other);

        public Tensor bitwise_or_(Tensor other) => Aten.bitwise_or__Tensor.Call(this, other);

        public Tensor bitwise_xor(Tensor other) => Aten.bitwise_xor_Tensor.Call(this, other);

        public Tensor bitwise_xor_(Tensor other) => Aten.bitwise_xor__Tensor.Call(this, other);

        public Tensor bitwise_left_shift(Tensor other) => Aten.bitwise_left_shift_Tensor.Call(this, other);

        public Tensor bitwise_left_shift_(Tensor other) => Aten.bitwise_left_shift__Tensor.Call(this, other);

        public Tensor bitwise_right_shift(Tensor other) => Aten.bitwise_right_shift_Tensor.Call(this, other);

        public Tensor bitwise_right_shift_(Tensor other) => Aten.bitwise_right_shift__Tensor.Call(this, other);

        public bool allclose(Tensor target, double rtol = 1E-05, double atol = 1E-08, bool equal_nan = false) =>
            Aten.allclose.CallBool(this, target, rtol, atol, equal_nan);

        public Tensor isclose(Tensor other, double rtol = 1E-05, double atol = 1E-08, bool nanEqual = false) =>
            Aten.isclose.Call(this, other, rtol, atol, nanEqual);

        public Tensor isin(Tensor test_elements, bool assumeUnique = false, bool invert = false) =>
            Aten.isin_Tensor_Tensor.Call(this, test_elements, assumeUnique, invert);

        public bool is_nonzero() => Aten.is_nonzero.CallBool(this);
    }
}
