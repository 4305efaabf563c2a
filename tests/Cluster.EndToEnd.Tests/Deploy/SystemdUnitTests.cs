using System.Text.RegularExpressions;
using Cluster.Testing;
using Cluster.Testing.Processes;
using Cluster.Testing.Programs;
using Shouldly;
using Xunit;

namespace Cluster.EndToEnd.Tests.Deploy;

/// <summary>The units that are shipped are understood by systemd and confine what they start.</summary>
public sealed partial class SystemdUnitTests
{
    private const string Analyze = "/usr/bin/systemd-analyze";

    [Theory]
    [InlineData("cluster-manager.service")]
    [InlineData("cluster-agent.service")]
    public async Task A_unit_verifies_without_a_word(string unit)
    {
        Assert.SkipUnless(File.Exists(Analyze), "needs the package systemd");
        using var directory = new TestDirectory("units");
        var text = ExecStart().Replace(File.ReadAllText(Path.Combine(Units, unit)), "ExecStart=/bin/true");
        File.WriteAllText(directory[unit], text);

        var result = await Command.RunAsync(Analyze, ["verify", "--man=no", directory[unit]]);

        result.ExitCode.ShouldBe(0, result.ToString());
        (result.Output + result.Error).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("cluster-manager.service", 2.0)]
    [InlineData("cluster-agent.service", 5.5)]
    public async Task A_unit_is_confined(string unit, double mostExposure)
    {
        Assert.SkipUnless(File.Exists(Analyze), "needs the package systemd");

        var result = await Command.RunAsync(Analyze, ["security", "--offline=true", "--no-pager", Path.Combine(Units, unit)]);

        var exposure = Exposure().Match(result.Output);
        exposure.Success.ShouldBeTrue(result.ToString());
        double.Parse(exposure.Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture).ShouldBeLessThanOrEqualTo(mostExposure);
    }

    [Fact]
    public void The_manager_may_compile_at_run_time() =>
        File.ReadAllText(Path.Combine(Units, "cluster-manager.service")).ShouldNotContain("MemoryDenyWriteExecute=yes");

    private static string Units => Path.Combine(Builds.Top, "deploy/systemd");

    [GeneratedRegex("^ExecStart=.*$", RegexOptions.Multiline)]
    private static partial Regex ExecStart();

    [GeneratedRegex(@"exposure level for \S+: ([0-9.]+)")]
    private static partial Regex Exposure();
}
