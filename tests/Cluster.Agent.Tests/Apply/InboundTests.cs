using Cluster.Agent.Apply;
using Cluster.Protocol.V1;
using Shouldly;
using Xunit;

namespace Cluster.Agent.Tests.Apply;

public sealed class InboundTests
{
    [Fact]
    public async Task A_manager_that_says_more_than_is_taken_has_to_wait_and_nothing_is_dropped()
    {
        var inbound = new Inbound();
        for (var i = 0; i < Inbound.Capacity; i++) await inbound.PutAsync(Echo(i), TestContext.Current.CancellationToken);

        var waiting = inbound.PutAsync(Echo(Inbound.Capacity), TestContext.Current.CancellationToken).AsTask();
        inbound.Nudge();
        waiting.IsCompleted.ShouldBeFalse();

        await using var reader =
            inbound.ReadAllAsync(TestContext.Current.CancellationToken).GetAsyncEnumerator(TestContext.Current.CancellationToken);
        for (var i = 0; i <= Inbound.Capacity; i++)
        {
            (await reader.MoveNextAsync()).ShouldBeTrue();
            reader.Current.ShouldNotBeNull().StatusEcho.Sequence.ShouldBe((ulong)i);
        }

        await waiting;
    }

    private static ManagerMessage Echo(int number) => new() { StatusEcho = new StatusEcho { Sequence = (ulong)number } };
}
