using Cluster.Agent.Configuration;
using Cluster.Agent.Drivers.Postfix;
using Cluster.Agent.Drivers.Postfix.Control;
using Cluster.Agent.Drivers.Processes;
using Cluster.Testing;
using Shouldly;
using Xunit;

namespace Cluster.Agent.Tests.Drivers.Postfix;

public sealed class PostfixControlTests
{
    private readonly RecordingRunner runner = new();

    private PostfixControl Control(string directory, ServiceControl control, string marker) =>
        new(
            new PostfixCommands(runner),
            new PostfixDriverOptions { ConfigDirectory = directory, Control = control }) { SystemdMarker = marker };

    [Theory]
    [InlineData("/etc/postfix", "postfix@-.service")]
    [InlineData("/etc/postfix-out", "postfix@postfix-out.service")]
    public async Task With_systemd_the_active_unit_of_the_instance_is_found(string directory, string unit)
    {
        runner.Before = line => Task.FromResult<ProcessResult?>(line.StartsWith("/usr/bin/systemctl is-active", StringComparison.Ordinal)
            ? new ProcessResult(line.EndsWith(unit, StringComparison.Ordinal) ? 0 : 3, "", "")
            : new ProcessResult(1, "", ""));
        (await Control(directory, ServiceControl.Auto, "/proc").FindUnitAsync(TestContext.Current.CancellationToken)).ShouldBe(unit);
        runner.Lines.ShouldContain($"/usr/bin/systemctl is-active --quiet {unit}");
    }

    [Theory]
    [InlineData(nameof(ServiceControl.Auto), "/nonexistent")]
    [InlineData(nameof(ServiceControl.Direct), "/proc")]
    public async Task Without_systemd_it_is_controlled_directly(string control, string marker)
    {
        (await Control("/etc/postfix", Enum.Parse<ServiceControl>(control), marker).FindUnitAsync(
            TestContext.Current.CancellationToken)).ShouldBeNull();
        runner.Lines.ShouldBeEmpty();
    }

    [Fact]
    public async Task Auto_falls_back_when_no_unit_of_systemd_runs_it()
    {
        runner.Before = _ => Task.FromResult<ProcessResult?>(new ProcessResult(3, "", ""));
        (await Control("/etc/postfix", ServiceControl.Auto, "/proc").FindUnitAsync(TestContext.Current.CancellationToken)).ShouldBeNull();
    }

    /// <summary>A changed file that was never reloaded would else wait, unproven and without an error, for a Postfix that runs.</summary>
    [Fact]
    public async Task What_cannot_be_told_is_not_taken_for_stopped()
    {
        using var directory = new TestDirectory();
        await File.WriteAllTextAsync(Path.Combine(directory.Path, "main.cf"), "", TestContext.Current.CancellationToken);
        runner.Before = _ => Task.FromResult<ProcessResult?>(new ProcessResult(-1, "", "did not end in time", TimedOut: true));
        var control = Control(directory.Path, ServiceControl.Direct, "/nonexistent");

        (await Should.ThrowAsync<IOException>(() => control.IsRunningAsync(TestContext.Current.CancellationToken)))
            .Message.ShouldContain("queue_directory");
        await Should.ThrowAsync<IOException>(() => control.ReloadAsync(TestContext.Current.CancellationToken));
    }
}
