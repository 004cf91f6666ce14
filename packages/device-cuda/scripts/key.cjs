// For which Node and platform an addon is built: the build and the loader both ask here.

'use strict';

const { join } = require('node:path');

const target = `${process.platform}-${process.arch}-node${process.versions.modules}`;

/** The folder that holds the addon for this machine. */
const addonFolder = () => join(__dirname, '..', 'build', target);

/** The folder that holds the emulator's libraries. */
const emulatorFolder = () => join(__dirname, '..', 'build', `emulator-${process.platform}-${process.arch}`);

module.exports = { addonFolder, emulatorFolder };
