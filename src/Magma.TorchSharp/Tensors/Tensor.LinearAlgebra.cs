using TorchSharp.Native;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public Tensor matmul(Tensor target) => Aten.matmul.Call(this, target);

        public Tensor mm(Tensor target) => Aten.mm.Call(this, target);

        public Tensor bmm(Tensor batch2) => Aten.bmm.Call(this, batch2);

        public Tensor mv(Tensor target) => Aten.mv.Call(this, target);

        public Tensor dot(Tensor target) => Aten.dot.Call(this, target);

        public Tensor vdot(Tensor target) => Aten.vdot.Call(this, target);

        public Tensor outer(Tensor vec2) => Aten.outer.Call(this, vec2);

        public Tensor ger(Tensor vec2) => Aten.outer.Call(this, vec2);

        public Tensor inner(Tensor vec2) => Aten.inner.Call(this, vec2);

        public Tensor kron(Tensor other) => Aten.kron.Call(this, other);

        public Tensor addmm(Tensor mat1, Tensor mat2, float beta = 1, float alpha = 1) =>
            Aten.addmm.Call(this, mat1, mat2, (double)beta, (double)alpha);

        public Tensor addmm_(Tensor mat1, Tensor mat2, float beta = 1, float alpha = 1) =>
            Aten.addmm_.CallInPlace(this, this, mat1, mat2, (double)beta, (double)alpha);

        public Tensor addmv(Tensor mat, Tensor vec, float beta = 1, float alpha = 1) =>
            Aten.addmv.Call(this, mat, vec, (double)beta, (double)alpha);

        public Tensor addbmm(Tensor batch1, Tensor batch2, float beta = 1, float alpha = 1) =>
            Aten.addbmm.Call(this, batch1, batch2, (double)beta, (double)alpha);

        public Tensor baddbmm(Tensor batch1, Tensor batch2, float beta = 1, float alpha = 1) =>
            Aten.baddbmm.Call(this, batch1, batch2, (double)beta, (double)alpha);

        public Tensor addr(Tensor vec1, Tensor vec2, float beta = 1, float alpha = 1) =>
            Aten.addr.Call(this, vec1, vec2, (double)beta, (double)alpha);

        public Tensor tril(long diagonal = 0) => Aten.tril.Call(this, diagonal);

        public Tensor triu(long diagonal = 0) => Aten.triu.Call(this, diagonal);

        public Tensor tril_(long diagonal = 0) => Aten.tril_.CallInPlace(this, this, diagonal);

        public Tensor triu_(long diagonal = 0) => Aten.triu_.CallInPlace(this, this, diagonal);

        public Tensor diag(long diagonal = 0) => Aten.diag.Call(this, diagonal);

        public Tensor diag_embed(long offset = 0, long dim1 = -2, long dim2 = -1) => Aten.diag_embed.Call(this, offset, dim1, dim2);

        public Tensor diagonal(long offset = 0, long dim1 = 0, long dim2 = 1) => Aten.diagonal.Call(this, offset, dim1, dim2);

        public Tensor inverse() => Aten.inverse.Call(this);

        public Tensor det() => Aten.det.Call(this);

        public Tensor logdet() => Aten.logdet.Call(this);

        public Tensor matrix_power(int n) => Aten.matrix_power.Call(this, n);

        public Tensor matrix_exp() => Aten.matrix_exp.Call(this);

        public Tensor pinverse(double rcond = 1E-15, bool hermitian = false) =>
            hermitian ? Aten.linalg_pinv.Call(this, rcond, true) : Aten.pinverse.Call(this, rcond);

        public Tensor tensordot(Tensor b, long[] dims1, long[] dims2) => Aten.tensordot.Call(this, b, dims1, dims2);
    }
}
