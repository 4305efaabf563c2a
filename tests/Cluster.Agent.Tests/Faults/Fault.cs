namespace Cluster.Agent.Tests.Faults;

/// <summary>What goes wrong on a host. kill -9 at each step is tried with whole agents, in the end-to-end tests.</summary>
public enum Fault
{
    /// <summary>The key that the settings name is not that of the leaf.</summary>
    KeyOfAnotherLeaf,

    /// <summary>Another key stands where the agent keeps the right one.</summary>
    KeyExchanged,

    /// <summary>Somebody deletes a live file of the agent's.</summary>
    LiveFileGone,

    /// <summary>A file of the administrator's that the software needs is gone.</summary>
    TheirFileGone,

    /// <summary>The administrator's own configuration is broken before anything is applied.</summary>
    SyntaxBefore,

    /// <summary>It is broken after something was applied.</summary>
    SyntaxAfter,

    /// <summary>The software does not run.</summary>
    DaemonDown,

    /// <summary>Every reload is refused.</summary>
    ReloadFails,

    /// <summary>No reload ends.</summary>
    ReloadHangs,

    /// <summary>Reloads succeed and change nothing.</summary>
    ReloadWithoutEffect,

    /// <summary>The disk is full when the new state is staged.</summary>
    DiskFullAtStaging,

    /// <summary>The disk becomes full between staging and the switch.</summary>
    DiskFullAtSwitch,

    /// <summary>The configuration directory takes no writes.</summary>
    ReadOnly,
}
