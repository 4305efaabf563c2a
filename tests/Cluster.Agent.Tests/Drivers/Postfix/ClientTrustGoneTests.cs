using Cluster.Agent.Drivers;
using Cluster.Agent.Drivers.Postfix;
using Cluster.Contracts.Bundles;
using Cluster.Contracts.Settings;
using Cluster.Pki.Certificates;
using Cluster.Testing.Authorities;
using Cluster.Testing.Postfix;
using Shouldly;
using Xunit;

namespace Cluster.Agent.Tests.Drivers.Postfix;

/// <summary>Listeners that verify clients when nobody is trusted any more: they alone are held back, and stay as they were.</summary>
public sealed class ClientTrustGoneTests : IAsyncLifetime
{
    private static readonly PartTrust Nobody = new() { UseSystem = true, Authorities = [], ClientAuthorities = [] };
    private static readonly MailFlowPolicy Verifying = new() { Tls = PolicyTls.Required, VerifyClientCertificate = true };
    private readonly TestCa clients = new("Clients");
    private PostfixHost host = null!;

    public async ValueTask InitializeAsync() => host = await PostfixHost.StartAsync(new PostfixOptions { Listeners = ["mx", "sub"] });

    public async ValueTask DisposeAsync()
    {
        clients.Dispose();
        if (host is not null) await host.DisposeAsync();
    }

    [Fact]
    public async Task An_orphaned_listener_is_refused_by_name_keeps_its_authorities_and_holds_nothing_back()
    {
        var mx = Mx().With("mx-policy", Verifying) with { Trust = Trusted };
        (await host.ApplyAsync(mx)).Failure.ShouldBeNull();
        var authorities = AuthoritiesOf("mx");
        authorities.ShouldContain("BEGIN CERTIFICATE");

        // Twice: what is kept is kept from what was kept before, too.
        foreach (var domain in new[] { "one.example.test", "two.example.test" })
        {
            var applied = await host.ApplyAsync(Parts.Empty.WithDestination(domain, DestinationTls.Required) with { Trust = Nobody });
            applied.Failure.ShouldBeNull();
            var refused = applied.Staged!.Refused.ShouldHaveSingleItem();
            (refused.Kind, refused.Name, refused.Code).ShouldBe((Listener.Kind, "mx", "invalid-part"));
            refused.Message.ShouldContain("Listener mx");
            refused.Message.ShouldContain("hide");
            refused.Message.ShouldContain("unmanage");
            refused.Message.ShouldContain("clientAuthorities");
            AuthoritiesOf("mx").ShouldBe(authorities);
            (await host.Postfix.PostconfAsync("-h", PostfixNames.ClientRequired(PostfixNames.KeyOf("mx")))).Trim().ShouldBe("yes");
            File.ReadAllText(InGeneration(PostfixNames.PolicyFile)).ShouldContain($"{domain} encrypt");
        }

        (await host.UnmanageAsync()).Failure.ShouldBeNull();
        File.ReadAllText(host.MainCf).ShouldNotContain("client_ca");
    }

    [Fact]
    public async Task A_policy_that_begins_to_verify_with_nobody_trusted_is_refused_and_the_listener_goes_on_without()
    {
        var plain = Mx().WithListener("sub", PolicyTls.Preferred, host.Parts.Certificate("sub.example.test")) with { Trust = Nobody };
        (await host.ApplyAsync(plain)).Failure.ShouldBeNull();

        var applied = await host.ApplyAsync(
            plain.With("mx-policy", Verifying).WithDestination("one.example.test", DestinationTls.Required));
        applied.Failure.ShouldBeNull();
        applied.Staged!.Refused.Select(r => $"{r.Kind}/{r.Name}").ShouldBe(["listeners/mx", "mail-flow-policies/mx-policy"]);
        File.ReadAllText(host.MainCf).ShouldNotContain("client_ca");
        File.ReadAllText(InGeneration(PostfixNames.PolicyFile)).ShouldContain("one.example.test encrypt");
    }

    private PartTrust Trusted =>
        new() { UseSystem = true, Authorities = [], ClientAuthorities = [Convert.ToBase64String(clients.Root.Der.Span)] };

    private ServicePart Mx() => Parts.Mx(PolicyTls.Required, host.Parts.Certificate("mx.example.test"));

    private string AuthoritiesOf(string listener)
    {
        var name = PostfixNames.ClientAuthorities(PostfixNames.KeyOf(listener));
        var line = File.ReadAllLines(host.MainCf).Single(l => l.StartsWith(name + " =", StringComparison.Ordinal));
        return File.ReadAllText(InGeneration(Path.GetFileName(line)));
    }

    private string InGeneration(string file)
    {
        var name = PostfixNames.Generation + " = ";
        var line = File.ReadAllLines(host.MainCf).Single(l => l.StartsWith(name, StringComparison.Ordinal));
        var generation = line[name.Length..].Replace("$config_directory/", "", StringComparison.Ordinal);
        return Path.Combine(host.Postfix.ConfigDirectory, generation, file);
    }
}
