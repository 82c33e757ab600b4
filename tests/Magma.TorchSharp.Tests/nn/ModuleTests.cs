using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Magma.TorchSharp.Tests.Nn;

public class ModuleTests
{
    [Fact]
    public void Components_are_found_in_fields_with_their_names_and_order()
    {
        using var net = new Block(4);
        Assert.Equal(
            ["gamma", "norm.weight", "norm.bias",
                "layers.0.weight", "layers.0.bias", "layers.1.weight", "layers.1.bias", "out_proj.weight"],
            net.named_parameters().Select(entry => entry.name));
        Assert.Equal(["position", "scratch"], net.named_buffers().Select(entry => entry.name));
        Assert.Equal(["position"], net.named_buffers(include_nonpersistent: false).Select(entry => entry.name));
        Assert.Equal(["norm", "layers", "layers.0", "layers.1", "out_proj"], net.named_modules().Select(entry => entry.name));
        Assert.Equal(["norm", "layers", "out_proj"], net.named_children().Select(entry => entry.name));
        Assert.Same(net.gamma, net.get_parameter("gamma"));
        Assert.NotNull(net.get_parameter("layers.1.bias"));
        Assert.Null(net.get_parameter("layers.2.bias"));
        Assert.True(net.has_buffer("position"));
        Assert.Single(net.parameters(recurse: false));
    }

    [Fact]
    public void A_parameter_that_is_shared_is_listed_once_and_kept_twice_in_the_state()
    {
        using var first = nn.Linear(2, 2, hasBias: false);
        using var second = nn.Linear(first.weight);
        using var both = nn.Sequential(("a", first), ("b", second));
        Assert.Equal(["a.weight"], both.named_parameters().Select(entry => entry.name));
        Assert.Equal(["a.weight", "b.weight"], both.state_dict().Keys);
    }

    [Fact]
    public void State_copies_into_another_module()
    {
        using var scope = NewDisposeScope();
        using var from = new Block(4);
        using var into = new Block(4);
        var (missing, unexpected) = into.load_state_dict(from.state_dict());
        Assert.Empty(missing);
        Assert.Empty(unexpected);
        var x = randn(2, 4);
        Assert.True(from.call(x).Equals(into.call(x)));
        Assert.DoesNotContain("scratch", from.state_dict().Keys);
    }

    [Fact]
    public void State_that_does_not_fit_is_refused_with_every_name_and_shape()
    {
        using var small = new Block(4);
        using var large = new Block(8);
        using var linear = nn.Linear(4, 4);
        var problem = Assert.Throws<ArgumentException>(() => small.load_state_dict(large.state_dict()));
        Assert.Contains("gamma: expected [4], got [8]", problem.Message);
        Assert.Contains("out_proj.weight", problem.Message);
        Assert.Contains("missing [gamma", Assert.Throws<InvalidOperationException>(() =>
            small.load_state_dict(linear.state_dict())).Message);
        var (missing, unexpected) = small.load_state_dict(linear.state_dict(), strict: false);
        Assert.Equal(["weight", "bias"], unexpected);
        Assert.Equal(9, missing.Count);
    }

    [Fact]
    public void Conversion_keeps_the_parameter_objects_and_the_types_of_whole_numbers()
    {
        using var scope = NewDisposeScope();
        using var net = new Block(4);
        var gamma = net.gamma;
        net.call(randn(2, 4)).sum().backward();
        net.to(bfloat16);
        Assert.Same(gamma, net.get_parameter("gamma"));
        Assert.Equal(ScalarType.BFloat16, gamma.dtype);
        Assert.Equal(ScalarType.BFloat16, gamma.grad!.dtype);
        Assert.True(gamma.requires_grad && gamma.is_leaf);
        Assert.Equal(ScalarType.Int64, net.get_buffer("position")!.dtype);
        Assert.Equal(ScalarType.BFloat16, net.call(randn(2, 4).to(bfloat16)).dtype);
        net.zero_grad();
        net.call(randn(2, 4).to(bfloat16)).sum().backward();
        Assert.Equal(ScalarType.BFloat16, gamma.grad!.dtype);
        net.cpu().@float().to("cpu");
        Assert.Equal(ScalarType.Float32, gamma.dtype);
    }

    [Fact]
    public void Training_mode_reaches_all_modules_and_decides_about_dropout()
    {
        using var scope = NewDisposeScope();
        using var net = nn.Sequential(nn.Dropout(0.5), nn.Identity());
        Assert.True(net.training);
        Assert.Contains(0f, net.call(ones(1000)).data<float>());
        net.eval();
        Assert.All(net.modules(), module => Assert.False(module.training));
        Assert.All(net.call(ones(1000)).data<float>(), value => Assert.Equal(1, value));
        net.train();
        Assert.All(net.modules(), module => Assert.True(module.training));
    }

    [Fact]
    public void Gradients_are_cleared_or_zeroed()
    {
        using var scope = NewDisposeScope();
        using var net = nn.Linear(2, 1);
        net.call(ones(1, 2)).backward();
        net.zero_grad(set_to_none: false);
        Assert.Equal(0, net.weight.grad!.abs().sum().item<float>());
        net.zero_grad();
        Assert.Null(net.weight.grad);
    }

    [Fact]
    public void Parameters_made_in_a_scope_outlive_it_with_their_module()
    {
        Linear linear;
        using (NewDisposeScope())
        {
            linear = nn.Linear(2, 2);
        }

        Assert.False(linear.weight.IsInvalid);
        linear.Dispose();
        Assert.True(linear.weight.IsInvalid);
    }

    [Fact]
    public void A_parameter_takes_the_tensor_it_is_made_of()
    {
        var data = ones(3);
        using var parameter = new Parameter(data);
        Assert.True(data.IsInvalid);
        Assert.True(parameter.requires_grad && parameter.is_leaf);
        using var x = ones(3, requires_grad: true);
        using var computed = nn.Parameter(x * 2, requires_grad: false);
        Assert.True(computed.is_leaf && !computed.requires_grad);
    }

    [Fact]
    public void Hooks_see_and_change_what_goes_in_and_out()
    {
        using var scope = NewDisposeScope();
        using var net = nn.Identity();
        var before = net.register_forward_pre_hook((_, input) => input * 2);
        var after = net.register_forward_hook((_, input, output) => input + output);
        Assert.Equal(4, net.call(ones(1)).item<float>());
        before.remove();
        Assert.Equal(2, net.call(ones(1)).item<float>());
        after.remove();
        Assert.Equal(1, net.call(ones(1)).item<float>());
    }

    [Fact]
    public void Names_that_are_taken_or_have_dots_are_refused()
    {
        using var net = new Block(2);
        using var extra = nn.Linear(1, 1);
        Assert.Throws<ArgumentException>(() => net.register_module("norm", extra));
        Assert.Throws<ArgumentException>(() => net.register_module("a.b", extra));
        Assert.Throws<ArgumentException>(() => net.register_buffer(string.Empty, null));
        using var plain = nn.ReLU();
        Assert.Throws<InvalidOperationException>(() => plain.register_buffer("x", null));
    }

    [Fact]
    public void A_module_list_renumbers_and_owns_its_modules()
    {
        using var list = nn.ModuleList<Linear>(nn.Linear(1, 1), nn.Linear(1, 2));
        list.append(nn.Linear(1, 3));
        var first = list[0];
        list.RemoveAt(0);
        first.Dispose();
        Assert.Equal([2L, 3L], list.Select(linear => linear.out_features));
        Assert.Equal(["0.weight", "0.bias", "1.weight", "1.bias"], list.named_parameters().Select(entry => entry.name));
    }

    private sealed class Block : nn.Module<Tensor, Tensor>
    {
        public readonly Parameter gamma;
        private readonly LayerNorm norm;
        private readonly ModuleList<Linear> layers;
        [ComponentName(Name = "out_proj")]
        private readonly Linear outProjection;
        private readonly Tensor position = arange(3);

        public Block(long width)
            : base(nameof(Block))
        {
            gamma = nn.Parameter(ones(width));
            norm = nn.LayerNorm(width);
            layers = nn.ModuleList<Linear>(nn.Linear(width, width), nn.Linear(width, width));
            outProjection = nn.Linear(width, width, hasBias: false);
            RegisterComponents();
            register_buffer("scratch", zeros(2), persistent: false);
        }

        public override Tensor forward(Tensor input)
        {
            using var scope = NewDisposeScope();
            var x = norm.call(input);
            foreach (var layer in layers)
            {
                x = layer.call(x).relu();
            }

            return (outProjection.call(x) * gamma).MoveToOuterDisposeScope();
        }
    }
}
