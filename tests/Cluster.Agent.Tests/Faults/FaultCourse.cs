using Cluster.Agent.Apply;
using Cluster.Agent.Drivers;
using Cluster.Agent.Tests.Apply;
using Cluster.Contracts.Bundles;
using Cluster.Contracts.Json;
using Cluster.Contracts.Machines;
using Cluster.Pki.Keys;
using Cluster.Testing;
using Cluster.Testing.Fleets;
using Cluster.Testing.Processes;
using Shouldly;
using Xunit;

namespace Cluster.Agent.Tests.Faults;

/// <summary>
/// One cell of the matrix on a real service with the real engine: a fault, a change, what is told, the fault mended, and the change live;
/// a client looks on from the first state to the last.
/// </summary>
internal sealed class FaultCourse : IDisposable
{
    private const int DiskMegabytes = 8;
    private static readonly TimeSpan LongEnough = TimeSpan.FromHours(1);

    private readonly FaultHost host;
    private readonly Fault fault;
    private readonly FaultCell cell;
    private readonly SteppedDriver driver;
    private readonly ApplySide side;
    private ulong number;
    private uint attempt;

    private FaultCourse(FaultHost host, Fault fault, FaultCell cell)
    {
        (this.host, this.fault, this.cell) = (host, fault, cell);
        driver = new SteppedDriver(host.NewDriver());
        side = new ApplySide(driver);
    }

    private ServiceRecord Record => side.State.Record("mail");

    /// <summary>Runs a cell.</summary>
    public static async Task RunAsync(string service, Fault fault)
    {
        Assert.SkipUnless(Host.IsRoot, "the services run as root, as they do on hosts");
        var needsDisk = fault is Fault.DiskFullAtStaging or Fault.DiskFullAtSwitch or Fault.ReadOnly;
        await using var host = await StartAsync(service, needsDisk ? await SmallDisk.MountAsync(DiskMegabytes) : null);
        using var course = new FaultCourse(host, fault, FaultTable.Of(service, fault));
        await course.RunAsync();
    }

    /// <inheritdoc/>
    public void Dispose() => side.Dispose();

    private static Task<FaultHost> StartAsync(string service, SmallDisk? disk) => service switch
    {
        "postfix" => PostfixFaults.StartAsync(disk),
        "nginx" => NginxFaults.StartAsync(disk),
        "ldap-client" => LdapFaults.StartAsync(disk),
        _ => FilesFaults.StartAsync(service.Split(' ').ElementAtOrDefault(1) ?? "pem", disk),
    };

    private async Task RunAsync()
    {
        var before = await Lookout.LookOnceAsync(host);
        if (fault != Fault.SyntaxBefore) before = await ApplyOldAsync();
        await using var lookout = new Lookout(host);
        if (fault == Fault.DiskFullAtSwitch) driver.BeforeSwitch = host.Disk.Fill;
        else await host.BreakAsync(fault);
        if (fault == Fault.LiveFileGone) await IsToldByNameAsync();

        await PushAsync(
            host.Part(WrongOr(host.Next), isNew: true),
            () =>
            {
                if (fault == Fault.KeyExchanged) Exchange(host.Next);
            });
        HoldsWhatTheTableSays();
        // A refused certificate holds back itself alone: the policy beside it is another item.
        var during = cell.Code == ApplyCodes.ItemRefused ? before with { Policy = host.Sight(isNew: true).Policy } : before;
        if (!cell.Silences) await ShowsAsync(cell.Code is null && !cell.ServesOld ? host.Sight(isNew: true) : during);

        driver.BeforeSwitch = () => { };
        await host.MendAsync(fault);
        await ArrivesAsync();
        await lookout.EndAsync();
        Sight[] allowed = [before, during, host.Sight(isNew: true), .. cell.Silences ? new[] { Sight.Nothing } : []];
        lookout.Seen.Keys.ShouldBeSubsetOf(allowed, string.Join(", ", lookout.Seen));
    }

    private async Task<Sight> ApplyOldAsync()
    {
        Save(host.Old);
        await PushAsync(host.Part(host.Old, isNew: false));
        Record.Attempted!.Error.ShouldBeNull();
        await host.AppliedFirstAsync();
        await ShowsAsync(host.Sight(isNew: false));
        return host.Sight(isNew: false);
    }

    // What is gone is drift of its item, although nothing was pushed.
    private async Task IsToldByNameAsync()
    {
        await side.LookAsync(check: true);
        Record.Drift.Select(d => $"{d.Sides?.Kind}/{d.Sides?.Name}").ShouldContain(host.Item);
    }

    private PartCertificate WrongOr(PartCertificate certificate)
    {
        if (fault == Fault.KeyOfAnotherLeaf) return certificate with { PublicKeySha256 = host.Old.PublicKeySha256 };
        Save(certificate);
        return certificate;
    }

    // Behind the agent's back, by a hand or a damaged disk: one that arrives is compared with its name.
    private void Exchange(PartCertificate certificate)
    {
        using var other = PrivateKeyMaterial.Generate(KeySpecification.EcP256);
        side.Content.SaveKey(certificate.PublicKeySha256, other.ExportPkcs8()).ShouldBeFalse();
        var file = Directory.GetFiles(side.Directory.Apply, certificate.PublicKeySha256 + ".key", SearchOption.AllDirectories).Single();
        File.WriteAllBytes(file, other.ExportPkcs8());
    }

    private void HoldsWhatTheTableSays()
    {
        var error = Record.Attempted!.Error;
        if (cell.Code is null)
        {
            error.ShouldBeNull();
            Record.Verified!.Proof.Method.ToString().ShouldBe(cell.Method);
            return;
        }

        error.ShouldNotBeNull().Code.ShouldBe(cell.Code, error.Message);
        error.Message.ShouldContain(cell.Says, Case.Insensitive);
        if (cell.Code == ApplyCodes.ItemRefused) Record.Refused.ShouldNotBeEmpty();
        else Record.Applied?.Number.ShouldBe(number - 1, "what failed is not what is applied");
    }

    private async Task ArrivesAsync()
    {
        if (fault is Fault.KeyOfAnotherLeaf or Fault.KeyExchanged) Save(host.Next);
        if (fault == Fault.KeyOfAnotherLeaf) await PushAsync(host.Part(host.Next, isNew: true));
        else await TimePassesAsync();
        side.Store.Journals().ShouldBeEmpty("whatever was begun has ended");
        if (cell.NeedsRetry)
        {
            Record.Attempted!.Error.ShouldNotBeNull("it is held back until somebody asks");
            attempt++;
            await PushAsync(host.Part(host.Next, isNew: true));
        }

        if (fault == Fault.SyntaxBefore) await host.AppliedFirstAsync();
        if (cell.ServesOld) (await host.NewDriver().ReloadAsync("", CancellationToken.None)).ShouldBeNull();
        Record.Attempted!.Error.ShouldBeNull();
        Record.Verified.ShouldNotBeNull().Number.ShouldBe(number);
        Record.Refused.ShouldBeEmpty();
        Record.Drift.ShouldBeEmpty();
        side.Store.Journals().ShouldBeEmpty();
        Directory.GetDirectories(Path.Combine(host.ConfigDirectory, "cluster/gen")).ShouldHaveSingleItem();
        Directory.GetFileSystemEntries(host.ConfigDirectory, ".tmp-*", SearchOption.AllDirectories).ShouldBeEmpty();
        await ShowsAsync(host.Sight(isNew: true));
    }

    // A restore that waited comes first, and what was only held back by it at the next look.
    private async Task TimePassesAsync()
    {
        for (var look = 0; look < 2; look++)
        {
            side.Clock.Advance(LongEnough);
            await side.LookAsync(check: true);
        }
    }

    private async Task PushAsync(ServicePart part, Action? onceTaken = null)
    {
        var bytes = Offers.PartBytes(part);
        var sha256 = CanonicalJson.Sha256(bytes);
        side.Content.SavePart(sha256, bytes).ShouldBeTrue();
        number++;
        side.Take(Offers.Offer(a => (a.Number, a.Attempt) = (number, attempt), ("mail", sha256)));
        onceTaken?.Invoke();
        await side.LookAsync(check: false);
    }

    private void Save(PartCertificate certificate) =>
        side.Content.SaveKey(certificate.PublicKeySha256, host.Parts.Find(certificate.PublicKeySha256)!).ShouldBeTrue();

    private Task ShowsAsync(Sight wanted) =>
        Eventually.Has(() => Lookout.LookOnceAsync(host), s => s == wanted, $"clients are shown {wanted}");
}
