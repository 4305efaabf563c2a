using Cluster.Contracts.Machines;
using Cluster.Testing.Processes;
using Shouldly;
using Xunit;

namespace Cluster.Agent.Tests.Drivers.Postfix.Routes;

/// <summary>
/// Real mail over configurations of routes that are put together by a seed: of every destination either the promise holds, or the host has
/// refused it by name.
/// </summary>
public sealed class RoutingPromiseTests
{
    // Of those all is refused, or what is promised waits: their sinks speak no TLS, or are somebody else.
    private static readonly int[] WithoutMail = [7, 12, 15, 20, 24];

    /// <summary>The seeds of every run.</summary>
    public static TheoryData<int> Few => [.. Enumerable.Range(1, 25)];

    /// <summary>The seeds of a full run.</summary>
    public static TheoryData<int> Many => [.. Enumerable.Range(26, 100)];

    [Theory]
    [MemberData(nameof(Few))]
    public async Task No_mail_goes_another_way_than_promised(int seed)
    {
        var held = await RunAsync(seed);
        if (!WithoutMail.Contains(seed)) held.ShouldBePositive("a host that refuses everything breaks no promise");
    }

    [Theory]
    [MemberData(nameof(Many))]
    [Trait("Category", "Full")]
    public Task No_mail_goes_another_way_than_promised_in_many_more(int seed) => RunAsync(seed);

    private static async Task<int> RunAsync(int seed)
    {
        Assert.SkipWhen(Host.WhyNoPostfix.Length > 0, Host.WhyNoPostfix);
        await using var routed = await RoutedHost.RunAsync(seed);
        TestContext.Current.TestOutputHelper?.WriteLine($"HELD {routed.Held}; {routed.Features}");
        routed.Failures.ShouldAllBe(code => code == ApplyCodes.Unsupported || code == ApplyCodes.HostPolicyStronger, routed.Features);
        routed.Broken.ShouldBeEmpty(routed.Features);
        routed.Stopped.ShouldBeEmpty(routed.Features);
        return routed.Held;
    }
}
