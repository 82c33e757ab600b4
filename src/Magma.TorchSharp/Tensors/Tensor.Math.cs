using TorchSharp.Native;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public Tensor abs() => Aten.abs.Call(this);

        public Tensor absolute() => Aten.abs.Call(this);

        public Tensor acos() => Aten.acos.Call(this);

        public Tensor arccos() => Aten.acos.Call(this);

        public Tensor acosh() => Aten.acosh.Call(this);

        public Tensor arccosh() => Aten.acosh.Call(this);

        public Tensor asin() => Aten.asin.Call(this);

        public Tensor arcsin() => Aten.asin.Call(this);

        public Tensor asinh() => Aten.asinh.Call(this);

        public Tensor arcsinh() => Aten.asinh.Call(this);

        public Tensor atan() => Aten.atan.Call(this);

        public Tensor arctan() => Aten.atan.Call(this);

        public Tensor atanh() => Aten.atanh.Call(this);

        public Tensor arctanh() => Aten.atanh.Call(this);

        public Tensor ceil() => Aten.ceil.Call(this);

        public Tensor cos() => Aten.cos.Call(this);

        public Tensor cosh() => Aten.cosh.Call(this);

        public Tensor deg2rad() => Aten.deg2rad.Call(this);

        public Tensor digamma() => Aten.digamma.Call(this);

        public Tensor erf() => Aten.erf.Call(this);

        public Tensor erfc() => Aten.erfc.Call(this);

        public Tensor erfinv() => Aten.erfinv.Call(this);

        public Tensor exp() => Aten.exp.Call(this);

        public Tensor exp2() => Aten.exp2.Call(this);

        public Tensor expm1() => Aten.expm1.Call(this);

        public Tensor floor() => Aten.floor.Call(this);

        public Tensor fix() => Aten.fix.Call(this);

        public Tensor frac() => Aten.frac.Call(this);

        public Tensor i0() => Aten.i0.Call(this);

        public Tensor lgamma() => Aten.lgamma.Call(this);

        public Tensor log() => Aten.log.Call(this);

        public Tensor log10() => Aten.log10.Call(this);

        public Tensor log1p() => Aten.log1p.Call(this);

        public Tensor log2() => Aten.log2.Call(this);

        public Tensor neg() => Aten.neg.Call(this);

        public Tensor negative() => Aten.neg.Call(this);

        public Tensor positive() => Aten.positive.Call(this);

        public Tensor rad2deg() => Aten.rad2deg.Call(this);

        public Tensor reciprocal() => Aten.reciprocal.Call(this);

        public Tensor rsqrt() => Aten.rsqrt.Call(this);

        public Tensor sgn() => Aten.sgn.Call(this);

        public Tensor sign() => Aten.sign.Call(this);

        public Tensor signbit() => Aten.signbit.Call(this);

        public Tensor sin() => Aten.sin.Call(this);

        public Tensor sinc() => Aten.sinc.Call(this);

        public Tensor sinh() => Aten.sinh.Call(this);

        public Tensor sqrt() => Aten.sqrt.Call(this);

        public Tensor square() => Aten.square.Call(this);

        public Tensor tan() => Aten.tan.Call(this);

        public Tensor tanh() => Aten.tanh.Call(this);

        public Tensor trunc() => Aten.trunc.Call(this);

        public Tensor abs_() => Aten.abs_.Call(this);

        public Tensor absolute_() => Aten.abs_.Call(this);

        public Tensor acos_() => Aten.acos_.Call(this);

        public Tensor arccos_() => Aten.acos_.Call(this);

        public Tensor acosh_() => Aten.acosh_.Call(this);

        public Tensor arccosh_() => Aten.acosh_.Call(this);

        public Tensor asin_() => Aten.asin_.Call(this);

        public Tensor arcsin_() => Aten.asin_.Call(this);

        public Tensor asinh_() => Aten.asinh_.Call(this);

        public Tensor arcsinh_() => Aten.asinh_.Call(this);

        public Tensor atan_() => Aten.atan_.Call(this);

        public Tensor arctan_() => Aten.atan_.Call(this);

        public Tensor atanh_() => Aten.atanh_.Call(this);

        public Tensor arctanh_() => Aten.atanh_.Call(this);

        public Tensor ceil_() => Aten.ceil_.Call(this);

        public Tensor cos_() => Aten.cos_.Call(this);

        public Tensor cosh_() => Aten.cosh_.Call(this);

        public Tensor deg2rad_() => Aten.deg2rad_.Call(this);

        public Tensor digamma_() => Aten.digamma_.Call(this);

        public Tensor erf_() => Aten.erf_.Call(this);

        public Tensor erfc_() => Aten.erfc_.Call(this);

        public Tensor erfinv_() => Aten.erfinv_.Call(this);

        public Tensor exp_() => Aten.exp_.Call(this);

        public Tensor exp2_() => Aten.exp2_.Call(this);

        public Tensor expm1_() => Aten.expm1_.Call(this);

        public Tensor floor_() => Aten.floor_.Call(this);

        public Tensor fix_() => Aten.fix_.Call(this);

        public Tensor frac_() => Aten.frac_.Call(this);

        public Tensor i0_() => Aten.i0_.Call(this);

        public Tensor lgamma_() => Aten.lgamma_.Call(this);

        public Tensor log_() => Aten.log_.Call(this);

        public Tensor log10_() => Aten.log10_.Call(this);

        public Tensor log1p_() => Aten.log1p_.Call(this);

        public Tensor log2_() => Aten.log2_.Call(this);

        public Tensor neg_() => Aten.neg_.Call(this);

        public Tensor rad2deg_() => Aten.rad2deg_.Call(this);

        public Tensor reciprocal_() => Aten.reciprocal_.Call(this);

        public Tensor rsqrt_() => Aten.rsqrt_.Call(this);

        public Tensor sgn_() => Aten.sgn_.Call(this);

        public Tensor sign_() => Aten.sign_.Call(this);

        public Tensor sin_() => Aten.sin_.Call(this);

        public Tensor sinc_() => Aten.sinc_.Call(this);

        public Tensor sinh_() => Aten.sinh_.Call(this);

        public Tensor sqrt_() => Aten.sqrt_.Call(this);

        public Tensor tan_() => Aten.tan_.Call(this);

        public Tensor tanh_() => Aten.tanh_.Call(this);

        public Tensor trunc_() => Aten.trunc_.Call(this);

        public Tensor round(long decimals = 0) => Aten.round_decimals.Call(this, decimals);

        public Tensor round_(long decimals = 0) => Aten.round__decimals.CallInPlace(this, this, decimals);

        public Tensor logit(double? eps = null) => Aten.logit.Call(this, eps);

        public Tensor logit_(double? eps = null) => Aten.logit_.CallInPlace(this, this, eps);

        public Tensor nan_to_num(double nan = 0, double? posinf = null, double? neginf = null) =>
            Aten.nan_to_num.Call(this, nan, posinf, neginf);

        public Tensor nan_to_num_(double nan = 0, double? posinf = null, double? neginf = null) =>
            Aten.nan_to_num_.CallInPlace(this, this, nan, posinf, neginf);
    }
}
