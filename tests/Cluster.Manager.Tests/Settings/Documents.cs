using System.Text.Json.Nodes;
using Cluster.Contracts.Settings;
using Cluster.Manager.Tests.Certificates;
using Cluster.Manager.Tests.Hosting;
using Cluster.Testing.Authorities;
using static Cluster.Manager.Tests.Hosting.TestManager;

namespace Cluster.Manager.Tests.Settings;

/// <summary>A document of each kind that the manager takes, and what the documents refer to.</summary>
internal static class Documents
{
    /// <summary>Codes that the documents here may need when they take the place of another one.</summary>
    public const string Dangers = "tls-removed,tls-mode-lowered,tls-minimum-lowered,host-policy-overridden,trust-emptied,many-machines";

    private static readonly string Authority = Pem();

    /// <summary>Path of an object of the kind below the cluster.</summary>
    public static string PathOf(string kind) => kind switch
    {
        _ when Domain.Settings.KindRegistry.Find(kind)?.IsSingleton == true => kind,
        Kinds.TlsProtocols => kind,
        Kinds.DestinationControls => $"{kind}/partner.example",
        _ => $"{kind}/one",
    };

    /// <summary>A document of the kind.</summary>
    public static JsonObject Of(string kind) => JsonNode.Parse(kind switch
    {
        Kinds.Listeners =>
            """{"type":"public","port":25,"hostname":"mx.example.org","certificate":"referred","defaultPolicy":"referred"}""",
        Kinds.MailFlowPolicies => """{"tls":"required"}""",
        Kinds.DestinationControls => """{"tls":"required-verify"}""",
        Kinds.Interfaces => """{"hostname":"gw1-admin.example.org","port":443,"httpsCertificate":"referred"}""",
        Kinds.Outbound => """{"certificate":"referred","hostname":"out.example.org"}""",
        Kinds.Trust => """{"useSystem":true,"useCustom":true}""",
        Kinds.AgentSettings => """{"identityLifetime":"30d"}""",
        Kinds.AlertSettings =>
            """{"recipients":[{"name":"operators","classes":["drift","tls"],"severity":"critical","emails":["ops@example.org"],"webhooks":["pager"]}],"thresholds":{"certificateDays":[30,7,1],"driftAfter":"0s"}}""",
        Kinds.TrustedAuthorities => Authority,
        Kinds.ServiceClients => """{"certificate":"referred"}""",
        Kinds.AddressLists => """{"addresses":["alice@example.org","@partner.example"]}""",
        Kinds.TlsProtocols => """{"https":{"minimum":"tls1.2"},"clients":{"minimum":"tls1.2","ciphers":["ECDHE-RSA-AES256-GCM-SHA384"]}}""",
        Kinds.Ldap => """{"clientCertificate":"referred"}""",
        _ => throw new InvalidOperationException($"There is no document of kind {kind} here; add one."),
    })!.AsObject();

    /// <summary>Makes what the documents refer to, once.</summary>
    public static async Task MakeReferencesAsync(TestManager manager)
    {
        await new CertificateApi(manager).Create("referred", "mx.example.org");
        await manager.Rest.PutAsync(At("mail-flow-policies/referred"), new JsonObject { ["tls"] = "preferred" });
    }

    private static string Pem()
    {
        using var ca = new TestCa("Round");
        return new JsonObject { ["certificates"] = ca.Root.ToPem(), ["enabled"] = true }.ToJsonString();
    }
}
