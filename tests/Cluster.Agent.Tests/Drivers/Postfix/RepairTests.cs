using Cluster.Contracts.Settings;
using Cluster.Testing.Postfix;
using Shouldly;
using Xunit;

namespace Cluster.Agent.Tests.Drivers.Postfix;

/// <summary>
/// Whatever of ours somebody changed is seen, put right by applying the same part again, and does not become the administrator's
/// own.
/// </summary>
public sealed class RepairTests : IAsyncLifetime
{
    private const string Deleted = "(deleted)";
    private PostfixHost host = null!;

    public async ValueTask InitializeAsync() =>
        host = await PostfixHost.StartAsync(
            new PostfixOptions { Listeners = ["mx", "sub"], MainCf = ["smtp_helo_name = theirs.example.test"] });

    public async ValueTask DisposeAsync()
    {
        if (host is not null) await host.DisposeAsync();
    }

    [Theory]
    [InlineData("main.cf", "_level = encrypt", "_level = may")]
    [InlineData("main.cf", "smtp_helo_name = ours", "smtp_helo_name = third")]
    [InlineData("main.cf", "service_throttle_time = 1s\n", "")]
    [InlineData("main.cf", "texthash:$cluster_gen/tls_policy", "")]
    [InlineData("main.cf", "cluster_gen = DIRECTORY/cluster/gen/1\n", "")]
    [InlineData("main.cf", "/cluster/gen/1\n", "/cluster/gen/7\n")]
    [InlineData("master.cf", "  -o smtpd_tls_security_level=$cluster_6d78_level\n", "")]
    [InlineData("cluster/gen/1/listener_6d78.pem", "A", "B")]
    [InlineData("cluster/gen/1/tls_policy", "secure", "may")]
    [InlineData("cluster/gen/1/tls_policy", "secure", Deleted)]
    public async Task It_is_put_right(string file, string from, string to)
    {
        from = from.Replace("DIRECTORY", host.Postfix.ConfigDirectory, StringComparison.Ordinal);
        var (main, master) = (await ReadAsync("main.cf"), await ReadAsync("master.cf"));
        var certificate = host.Parts.Certificate("mx.example.test");
        var part =
            Parts.Mx(PolicyTls.Required, certificate).WithListener("sub", PolicyTls.Preferred, host.Parts.Certificate("sub.example.test"))
                .WithDestination("a.example", DestinationTls.RequiredVerify).With(new OutboundSettings { Hostname = "ours.example.test" });
        (await host.ApplyAsync(part)).Failure.ShouldBeNull();
        part = part.Only(("mx", part.All<Listener>()["mx"])) with
        {
            Certificates = part.Certificates.Where(c => c.Key == "mx-cert").ToDictionary()
        };
        (await host.ApplyAsync(part)).Failure.ShouldBeNull();
        (await host.Driver.ObserveAsync(PostfixHost.Cancellation)).ShouldBeEmpty();
        var text = await ReadAsync(file);
        text.ShouldContain(from, Case.Sensitive);
        var path = Path.Combine(host.Postfix.ConfigDirectory, file);
        if (to == Deleted) File.Delete(path);
        else await File.WriteAllTextAsync(path, text.Replace(from, to, StringComparison.Ordinal), PostfixHost.Cancellation);

        // What could not be looked at alone is never repaired.
        (await host.Driver.ObserveAsync(PostfixHost.Cancellation)).ShouldContain(d => d.Path != "observation");

        var repaired = await host.ApplyAsync(part);
        repaired.Failure.ShouldBeNull();
        repaired.Staged!.Warnings.ShouldContain(w => w.StartsWith("orphaned listeners/sub", StringComparison.Ordinal));
        (await host.Driver.ObserveAsync(PostfixHost.Cancellation)).ShouldBeEmpty();
        (await SmtpProbe.MailInClearAsync(host.Postfix.Port)).ShouldStartWith("530");
        (await SmtpProbe.ServedAsync(host.Postfix.Port)).RawData.ShouldBe(Convert.FromBase64String(certificate.Chain[0]));

        (await host.UnmanageAsync()).Failure.ShouldBeNull();
        (await ReadAsync("main.cf")).ShouldBe(main);
        (await ReadAsync("master.cf")).ShouldBe(master);
    }

    /// <summary>
    /// A main.cf of a backup came back while a switch was being completed: what it names is gone, what was applied is not
    /// removed.
    /// </summary>
    [Fact]
    public async Task Nothing_applied_is_removed_for_a_generation_that_is_gone()
    {
        var applied = await host.ApplyAsync(Parts.Mx(PolicyTls.Required, host.Parts.Certificate("mx.example.test")));
        applied.Failure.ShouldBeNull();
        await File.WriteAllTextAsync(
            Path.Combine(host.Postfix.ConfigDirectory, "main.cf"),
            (await ReadAsync("main.cf")).Replace("/gen/1\n", "/gen/7\n", StringComparison.Ordinal),
            PostfixHost.Cancellation);
        await host.Driver.CompleteAsync(applied.Staged!.Token, PostfixHost.Cancellation);
        File.Exists(Path.Combine(host.Postfix.ConfigDirectory, "cluster/gen/1/listener_6d78.pem")).ShouldBeTrue();
    }

    private Task<string> ReadAsync(string file) =>
        File.ReadAllTextAsync(Path.Combine(host.Postfix.ConfigDirectory, file), PostfixHost.Cancellation);
}
