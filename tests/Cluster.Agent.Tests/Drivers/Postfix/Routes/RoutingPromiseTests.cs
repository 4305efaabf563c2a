using System.Collections.Concurrent;
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
    private const int SeedsOfATest = 25;

    // A host mostly waits for its Postfix.
    private const int AtOnce = 4;

    // Of those all is refused, or what is promised waits: their sinks speak no TLS, or are somebody else.
    private static readonly int[] WithoutMail = [7, 12, 15, 20, 24];
    private static readonly string[] Refusals = [ApplyCodes.Unsupported, ApplyCodes.HostPolicyStronger];

    /// <summary>The first seeds of the tests of a full run: with the first of every run 500.</summary>
    public static TheoryData<int> Many => [.. Enumerable.Range(1, 19).Select(n => 1 + (n * SeedsOfATest))];

    [Fact]
    public async Task No_mail_goes_another_way_than_promised()
    {
        var held = await HoldAsync(1);
        held.Where(h => h.Value == 0).Select(h => h.Key).ShouldBeSubsetOf(WithoutMail, "a host that refuses everything breaks no promise");
    }

    [Theory]
    [MemberData(nameof(Many))]
    [Trait("Category", "Full")]
    public async Task No_mail_goes_another_way_than_promised_in_many_more(int firstSeed) =>
        (await HoldAsync(firstSeed)).Values.Sum().ShouldBePositive();

    // Returns how many messages came as was promised of them, by seed.
    private static async Task<IReadOnlyDictionary<int, int>> HoldAsync(int firstSeed)
    {
        Assert.SkipWhen(Host.WhyNoPostfix.Length > 0, Host.WhyNoPostfix);
        var (held, wrong) = (new ConcurrentDictionary<int, int>(), new ConcurrentQueue<string>());
        await Parallel.ForEachAsync(
            Enumerable.Range(firstSeed, SeedsOfATest),
            new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = PostfixHost.Cancellation },
            async (seed, _) =>
            {
                await using var routed = await RoutedHost.RunAsync(seed);
                held[seed] = routed.Held;
                string[] found = [.. routed.Failures.Except(Refusals), .. routed.Broken, .. routed.Stopped];
                foreach (var one in found) wrong.Enqueue($"seed {seed}: {one} ({routed.Features})");
            });
        wrong.ShouldBeEmpty();
        return held;
    }
}
