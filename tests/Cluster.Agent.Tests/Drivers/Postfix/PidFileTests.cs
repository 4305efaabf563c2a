using Cluster.Agent.Drivers.Postfix.Control;
using Cluster.Testing;
using Shouldly;
using Xunit;

namespace Cluster.Agent.Tests.Drivers.Postfix;

public sealed class PidFileTests
{
    [Fact]
    public async Task A_pipe_in_its_place_names_no_process_and_holds_nobody_up()
    {
        using var directory = new TestDirectory("pid");
        await NamedPipe.MakeAsync(directory["master.pid"]);

        var asking = Task.Run(() => PidFile.LiveMaster(directory["master.pid"]), TestContext.Current.CancellationToken);

        (await asking.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken)).ShouldBe(0);
    }
}
