using System.Reflection;
using System.Runtime.InteropServices;
using TorchSharp.Native;
using static TorchSharp.torch;

namespace Magma.TorchSharp.Tests.Native;

public class OperatorTests
{
    public static TheoryData<string> Operators => [.. Fields.Select(bound => bound.Name)];

    private static FieldInfo[] Fields =>
        [.. typeof(Aten).GetFields(BindingFlags.Static | BindingFlags.Public).Where(bound => bound.FieldType.IsSubclassOf(typeof(Operator)))];

    [Theory]
    [MemberData(nameof(Operators))]
    public void Every_bound_operator_is_in_the_dispatcher_with_the_signature_it_is_called_by(string name)
    {
        var op = Fields.Single(bound => bound.Name == name).GetValue(null)!;
        var handle = typeof(Operator).GetProperty("Handle", BindingFlags.Instance | BindingFlags.NonPublic)!.GetValue(op);
        Assert.NotEqual(IntPtr.Zero, handle);
    }

    [Fact]
    public void An_operator_that_does_not_exist_is_named()
    {
        using var x = ones(1);
        var problem = Assert.Throws<ExternalException>(() => new Boxed("no_such_operator").Call(x));
        Assert.Contains("aten::no_such_operator", problem.Message);
    }

    [Fact]
    public void An_operator_called_by_another_signature_is_refused_at_its_first_call()
    {
        using var x = ones(1);
        Assert.Throws<ExternalException>(() => new Unary("matmul").Call(x));
    }

    [Fact]
    public void Arguments_left_out_take_the_defaults_of_the_schema_and_missing_ones_are_named()
    {
        using var x = tensor(new float[] { 3, 1, 2 });
        using var positions = new Boxed("argsort").Call(x);
        Assert.Equal(new long[] { 1, 2, 0 }, positions.data<long>().ToArray());
        Assert.Contains("'dim' is missing", Assert.Throws<ExternalException>(() => new Boxed("gather").Call(x)).Message);
        Assert.Contains("takes at most", Assert.Throws<ExternalException>(() => new Boxed("relu").Call(x, 1, 2)).Message);
    }

    [Fact]
    public void Long_lists_of_arguments_cross_the_border_too()
    {
        using var scope = NewDisposeScope();
        var many = Enumerable.Range(0, 500).Select(i => tensor((float)i)).ToArray();
        Assert.Equal(499 * 500 / 2, stack(many).sum().item<float>());
        Assert.Equal(500, cat(many.Select(number => number.view(1)).ToArray()).numel());
    }
}
