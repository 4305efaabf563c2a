using System.Security.Cryptography.X509Certificates;
using Cluster.Agent.Drivers;
using Cluster.Agent.Tests.Drivers;
using Cluster.Contracts.Bundles;
using Cluster.Testing.Fleets;

namespace Cluster.Agent.Tests.Faults;

/// <summary>A real service with its driver: what clients are shown of it, and how each fault is made and mended there.</summary>
internal abstract class FaultHost(SmallDisk? disk) : IAsyncDisposable
{
    private PartCertificate? old;
    private PartCertificate? next;

    /// <summary>Makes certificates, and holds their keys.</summary>
    public abstract Parts Parts { get; }

    /// <summary>The service's own configuration directory.</summary>
    public abstract string ConfigDirectory { get; }

    /// <summary>The certificate that is served first.</summary>
    public PartCertificate Old => old ??= Certificate("old");

    /// <summary>The certificate that is to be served then.</summary>
    public PartCertificate Next => next ??= Certificate("new");

    /// <summary>The disk of the configuration directory.</summary>
    public SmallDisk Disk => disk ?? throw new InvalidOperationException("The fault of this test needs no disk of its own.");

    /// <summary>The files with the live key.</summary>
    public abstract IReadOnlyList<string> LiveFiles { get; }

    /// <summary>The item that the files are of, as drift names it.</summary>
    public abstract string Item { get; }

    /// <summary>The driver as a new process has it.</summary>
    public abstract IServiceDriver NewDriver();

    /// <summary>Settings that serve a certificate, and differ from those of the other state in what else is to be seen.</summary>
    public abstract ServicePart Part(PartCertificate certificate, bool isNew);

    /// <summary>What a client is shown by a connection of its own.</summary>
    public abstract Task<Sight> SeeAsync();

    /// <summary>What clients are shown of a state.</summary>
    public abstract Sight Sight(bool isNew);

    /// <summary>Makes what is applied what the software uses, where its administrator has to say so.</summary>
    public virtual Task AppliedFirstAsync() => Task.CompletedTask;

    /// <summary>Makes a fault.</summary>
    public virtual async Task BreakAsync(Fault fault)
    {
        switch (fault)
        {
            case Fault.LiveFileGone: foreach (var file in LiveFiles) File.Delete(file); break;
            case Fault.SyntaxBefore or Fault.SyntaxAfter: BreakSyntax(); break;
            case Fault.TheirFileGone: File.Move(TheirFile, TheirFile + ".gone"); break;
            case Fault.DaemonDown: await StopAsync(); break;
            case Fault.ReloadFails or Fault.ReloadHangs or Fault.ReloadWithoutEffect: BreakReload(fault); break;
            case Fault.DiskFullAtStaging: Disk.Fill(); break;
            case Fault.ReadOnly: await Disk.RemountAsync(writable: false); break;
            default: break;
        }
    }

    /// <summary>Puts it right, as an administrator does.</summary>
    public virtual async Task MendAsync(Fault fault)
    {
        switch (fault)
        {
            case Fault.SyntaxBefore or Fault.SyntaxAfter: MendSyntax(); break;
            case Fault.TheirFileGone: File.Move(TheirFile + ".gone", TheirFile); break;
            case Fault.DaemonDown: await StartAsync(); break;
            case Fault.ReloadFails or Fault.ReloadHangs or Fault.ReloadWithoutEffect: MendReload(); break;
            case Fault.DiskFullAtStaging or Fault.DiskFullAtSwitch: Disk.Free(); break;
            case Fault.ReadOnly: await Disk.RemountAsync(writable: true); break;
            default: break;
        }
    }

    /// <inheritdoc/>
    public virtual ValueTask DisposeAsync()
    {
        disk?.Dispose();
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    /// <summary>Serial number of the leaf of a state.</summary>
    protected string SerialOf(bool isNew)
    {
        using var leaf = X509CertificateLoader.LoadCertificate(Convert.FromBase64String((isNew ? Next : Old).Chain[0]));
        return leaf.SerialNumber.ToLowerInvariant();
    }

    /// <summary>A file of the administrator's that the software needs.</summary>
    protected virtual string TheirFile => throw new InvalidOperationException("The table says that there is none.");

    /// <summary>The file that the administrator breaks.</summary>
    protected virtual string SyntaxFile => throw new InvalidOperationException("The table says that there is none.");

    /// <summary>A certificate for a state.</summary>
    protected virtual PartCertificate Certificate(string state) => Parts.Certificate("mx.example.test");

    /// <summary>Stops the software, as its administrator does.</summary>
    protected abstract Task StopAsync();

    /// <summary>Starts it.</summary>
    protected abstract Task StartAsync();

    /// <summary>Makes reloads go wrong.</summary>
    protected virtual void BreakReload(Fault fault) => throw new InvalidOperationException("The table says that there is no reload.");

    /// <summary>Lets reloads work again.</summary>
    protected virtual void MendReload()
    {
    }

    private void BreakSyntax()
    {
        File.Copy(SyntaxFile, SyntaxFile + ".good");
        File.AppendAllText(SyntaxFile, "broken {\n");
    }

    private void MendSyntax() => File.Move(SyntaxFile + ".good", SyntaxFile, overwrite: true);
}
