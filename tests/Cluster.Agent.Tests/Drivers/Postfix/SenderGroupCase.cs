using Cluster.Contracts.Bundles;
using Cluster.Contracts.Settings;
using Cluster.Testing.Postfix;
using Xunit;

namespace Cluster.Agent.Tests.Drivers.Postfix;

/// <summary>A real Postfix with one listener whose clients differ by sender group, and the policies that groups can have.</summary>
public abstract class SenderGroupCase : IAsyncLifetime
{
    private protected PostfixHost Host { get; private set; } = null!;

    private protected PartCertificate Certificate { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Host = await PostfixHost.StartAsync(new PostfixOptions { Domains = ["example.test"] });
        Certificate = Host.Parts.Certificate("mx.example.test");
    }

    public async ValueTask DisposeAsync()
    {
        if (Host is not null) await Host.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    private protected ServicePart Part(params SenderGroup[] groups)
    {
        var part = Parts.Mx(PolicyTls.Preferred, Certificate);
        return part
            .With("mx", part.All<Listener>()["mx"] with { SenderGroups = groups })
            .With("plain", new MailFlowPolicy { Tls = PolicyTls.Preferred })
            .With("off", new MailFlowPolicy { Tls = PolicyTls.Off })
            .With("must", new MailFlowPolicy { Tls = PolicyTls.Required })
            .With("auth", new MailFlowPolicy { Tls = PolicyTls.Preferred, RequireTlsForAuth = true })
            .With("proven", new MailFlowPolicy { Tls = PolicyTls.Required, VerifyClientCertificate = true })
            .With("list", new MailFlowPolicy { Tls = PolicyTls.Preferred, TlsMandatoryFor = "partners" })
            .With("partners", new AddressList
            {
                Addresses = ["a@whole.test", "boss@", "@domain.test", "@.under.test", "@b\u00fccher.test", "o'hara@whole.test"],
            });
    }

    private protected static SenderGroup Group(string name, string policy, params string[] senders) =>
        new() { Name = name, Policy = policy, Senders = senders };

    private protected Task<SmtpPlayed> Play(SmtpPlay play) => SmtpPlayed.AtAsync(Host.Postfix.Port, play);
}
