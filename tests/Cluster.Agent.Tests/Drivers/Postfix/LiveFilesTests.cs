using System.Text;
using Cluster.Agent.Drivers.Generations;
using Cluster.Agent.Drivers.Postfix;
using Cluster.Testing;
using Cluster.Testing.Processes;
using Shouldly;
using Xunit;

namespace Cluster.Agent.Tests.Drivers.Postfix;

public sealed class LiveFilesTests
{
    [Fact]
    public async Task A_file_that_is_replaced_keeps_mode_owner_and_group()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Only root can give files away.");
        using var directory = new TestDirectory("live");
        await File.WriteAllTextAsync(directory["main.cf"], "a = b\n", TestContext.Current.CancellationToken);
        (await Command.RunAsync("chown", ["1:2", directory["main.cf"]])).Ok();
        (await Command.RunAsync("chmod", ["664", directory["main.cf"]])).Ok();

        LiveFiles.Replace(directory.Path, "main.cf", Encoding.ASCII.GetBytes("a = c\n"));

        FileRights.Of(directory["main.cf"]).ToString().ShouldBe("0664 1:2");
    }
}
