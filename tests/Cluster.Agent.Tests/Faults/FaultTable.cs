using Xunit;

namespace Cluster.Agent.Tests.Faults;

/// <summary>The matrix: every service of <see cref="Services"/> with every fault, and what must come of it.</summary>
internal static class FaultTable
{
    private const string NoReload = "the driver reloads nothing: programs read the files when they connect";

    private static readonly string[] Files = ["files", "files pem-split", "files pkcs12"];

    /// <summary>A driver, or a form in which one writes.</summary>
    public static IReadOnlyList<string> Services { get; } = ["postfix", "nginx", .. Files, "ldap-client"];

    /// <summary>What must come of it.</summary>
    public static FaultCell Of(string service, Fault fault) => service switch
    {
        "postfix" => OfPostfix(fault),
        "nginx" => OfNginx(fault),
        "ldap-client" => OfLdap(fault),
        _ => OfFiles(service, fault),
    };

    /// <summary>The faults that a service can have; all but the quick ones are for the full run.</summary>
    public static IEnumerable<TheoryDataRow<string, Fault>> Rows(string service) =>
        from fault in Enum.GetValues<Fault>()
        let cell = Of(service, fault)
        where cell.Senseless is null
        let row = new TheoryDataRow<string, Fault>(service, fault)
        select cell.Quick ? row : row.WithTrait("Category", "Full");

    private static FaultCell OfPostfix(Fault fault) => fault switch
    {
        Fault.SyntaxBefore or Fault.SyntaxAfter => new FaultCell { Code = "native-check-failed", Says = "master.cf" },
        Fault.TheirFileGone => new FaultCell { Code = "input-output", Says = "master.cf" },
        Fault.DaemonDown => new FaultCell { Method = "Pending", Silences = true },
        Fault.LiveFileGone => new FaultCell { Method = "Wire", Silences = true },
        Fault.ReloadWithoutEffect => OfAll(fault) with { Says = "Listener mx" },
        _ => OfAll(fault),
    };

    private static FaultCell OfNginx(Fault fault) => fault switch
    {
        Fault.SyntaxBefore or Fault.SyntaxAfter => new FaultCell { Code = "native-check-failed", Says = "nginx.conf" },
        Fault.TheirFileGone => new FaultCell { Code = "native-check-failed", Says = "theirs.conf" },
        Fault.DaemonDown => new FaultCell { Method = "Pending", Silences = true, Quick = true },
        Fault.LiveFileGone => new FaultCell { Method = "Wire" },
        _ => OfAll(fault),
    };

    private static FaultCell OfFiles(string service, Fault fault) => fault switch
    {
        Fault.SyntaxBefore or Fault.SyntaxAfter => new FaultCell { Code = "native-check-failed", Says = "check.conf", NeedsRetry = true },
        Fault.TheirFileGone when service == "files pkcs12" => new FaultCell { Code = "item-refused", Says = "password" },
        Fault.TheirFileGone => new FaultCell { Senseless = "no file of the administrator's is needed but the password of a PKCS#12" },
        Fault.DaemonDown => new FaultCell { Method = "Loaded", Silences = true },
        Fault.LiveFileGone => new FaultCell { Method = "Loaded" },
        Fault.ReloadWithoutEffect => new FaultCell { Method = "Loaded", ServesOld = true },
        Fault.ReloadFails => OfAll(fault) with { Quick = service == "files" },
        _ => OfAll(fault),
    };

    private static FaultCell OfLdap(Fault fault) => fault switch
    {
        Fault.SyntaxBefore or Fault.SyntaxAfter => new FaultCell { Senseless = "libldap passes over every line that it does not know" },
        Fault.TheirFileGone => new FaultCell { Code = "item-refused", Says = "home", Silences = true },
        Fault.DaemonDown => new FaultCell { Method = "NotCheckable", Silences = true },
        Fault.LiveFileGone => new FaultCell { Method = "Wire", Silences = true },
        Fault.ReloadFails or Fault.ReloadHangs or Fault.ReloadWithoutEffect => new FaultCell { Senseless = NoReload },
        _ => OfAll(fault),
    };

    private static FaultCell OfAll(Fault fault) => fault switch
    {
        Fault.KeyOfAnotherLeaf => new FaultCell { Code = "item-refused", Says = "-cert", Quick = true },
        Fault.KeyExchanged => new FaultCell { Code = "key-missing", Says = "-cert" },
        Fault.ReloadFails => new FaultCell { Code = "reload-failed", Says = "refuses to reload", NeedsRetry = true },
        Fault.ReloadHangs => new FaultCell { Code = "reload-timeout", Says = "did not end within" },
        Fault.ReloadWithoutEffect => new FaultCell { Code = "not-served", Says = "certificate", NeedsRetry = true },
        Fault.DiskFullAtStaging or Fault.DiskFullAtSwitch => new FaultCell { Code = "input-output", Says = "No space left" },
        Fault.ReadOnly => new FaultCell { Code = "input-output", Says = "Read-only" },
        _ => throw new ArgumentOutOfRangeException(nameof(fault), fault, "The table has no cell for it."),
    };
}
