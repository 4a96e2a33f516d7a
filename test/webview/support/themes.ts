// Theme variables as VS Code gives them to webviews, for the four kinds of theme: values of Dark Modern, Light Modern and the two high contrast themes.

export type ThemeName = 'dark' | 'light' | 'hc' | 'hc-light';

const fonts = { 'font-family': "'DejaVu Sans', system-ui, sans-serif", 'font-size': '13px', 'editor-font-family': "'DejaVu Sans Mono', monospace", 'editor-font-size': '14px', 'font-weight': 'normal' };

export const THEMES: Readonly<Record<ThemeName, { readonly classes: readonly string[]; readonly vars: Readonly<Record<string, string>> }>> = {
  dark: {
    classes: ['vscode-dark'],
    vars: {
      ...fonts, foreground: '#cccccc', descriptionForeground: '#9d9d9d', errorForeground: '#f85149', focusBorder: '#0078d4', 'editor-background': '#1f1f1f', 'editor-foreground': '#cccccc',
      'sideBar-background': '#181818', 'panel-border': '#2b2b2b', 'widget-border': '#313131', 'input-background': '#313131', 'input-foreground': '#cccccc', 'input-border': '#3c3c3c',
      'input-placeholderForeground': '#989898', 'inputOption-activeBackground': '#2489db82', 'inputOption-activeBorder': '#2488db', 'inputOption-activeForeground': '#ffffff',
      'button-background': '#0078d4', 'button-foreground': '#ffffff', 'button-hoverBackground': '#026ec1', 'button-border': '#ffffff12', 'button-secondaryBackground': '#313131',
      'button-secondaryForeground': '#cccccc', 'button-secondaryHoverBackground': '#3c3c3c', 'textLink-foreground': '#4daafc', 'editorWidget-background': '#202020',
      'list-activeSelectionBackground': '#04395e', 'list-activeSelectionForeground': '#ffffff', 'list-hoverBackground': '#2a2d2e', 'toolbar-hoverBackground': '#5a5d5e50',
      'progressBar-background': '#0078d4', 'panelTitle-activeBorder': '#0078d4', 'inputValidation-errorBackground': '#5a1d1d', 'inputValidation-errorBorder': '#be1100',
    },
  },
  light: {
    classes: ['vscode-light'],
    vars: {
      ...fonts, foreground: '#3b3b3b', descriptionForeground: '#5f5f5f', errorForeground: '#c72e0f', focusBorder: '#005fb8', 'editor-background': '#ffffff', 'editor-foreground': '#3b3b3b',
      'sideBar-background': '#f8f8f8', 'panel-border': '#e5e5e5', 'widget-border': '#e5e5e5', 'input-background': '#ffffff', 'input-foreground': '#3b3b3b', 'input-border': '#cecece',
      'input-placeholderForeground': '#767676', 'inputOption-activeBackground': '#bed6ed', 'inputOption-activeBorder': '#005fb8', 'inputOption-activeForeground': '#000000',
      'button-background': '#005fb8', 'button-foreground': '#ffffff', 'button-hoverBackground': '#0258a8', 'button-border': '#0000001a', 'button-secondaryBackground': '#e5e5e5',
      'button-secondaryForeground': '#3b3b3b', 'button-secondaryHoverBackground': '#cccccc', 'textLink-foreground': '#005fb8', 'editorWidget-background': '#f8f8f8',
      'list-activeSelectionBackground': '#e8e8e8', 'list-activeSelectionForeground': '#000000', 'list-hoverBackground': '#f2f2f2', 'toolbar-hoverBackground': '#b8b8b850',
      'progressBar-background': '#005fb8', 'panelTitle-activeBorder': '#005fb8', 'inputValidation-errorBackground': '#f2dede', 'inputValidation-errorBorder': '#be1100',
    },
  },
  hc: {
    classes: ['vscode-high-contrast'],
    vars: {
      ...fonts, foreground: '#ffffff', descriptionForeground: '#ffffffb3', errorForeground: '#f48771', focusBorder: '#f38518', contrastBorder: '#6fc3df', contrastActiveBorder: '#f38518',
      'editor-background': '#000000', 'editor-foreground': '#ffffff', 'sideBar-background': '#000000', 'panel-border': '#6fc3df', 'widget-border': '#6fc3df', 'input-background': '#000000',
      'input-foreground': '#ffffff', 'input-border': '#6fc3df', 'input-placeholderForeground': '#ffffffb3', 'inputOption-activeBackground': '#00000000', 'inputOption-activeBorder': '#6fc3df',
      'inputOption-activeForeground': '#ffffff', 'button-foreground': '#ffffff', 'button-background': '#000000', 'button-border': '#6fc3df', 'button-secondaryForeground': '#ffffff', 'button-secondaryBackground': '#000000',
      'textLink-foreground': '#21a6ff', 'editorWidget-background': '#0c141f', 'list-activeSelectionBackground': '#00000000', 'progressBar-background': '#6fc3df', 'panelTitle-activeBorder': '#6fc3df',
      'inputValidation-errorBackground': '#000000', 'inputValidation-errorBorder': '#6fc3df',
    },
  },
  'hc-light': {
    classes: ['vscode-high-contrast-light', 'vscode-high-contrast'],
    vars: {
      ...fonts, foreground: '#292929', descriptionForeground: '#292929b3', errorForeground: '#b5200d', focusBorder: '#006bbd', contrastBorder: '#0f4a85', contrastActiveBorder: '#006bbd',
      'editor-background': '#ffffff', 'editor-foreground': '#292929', 'sideBar-background': '#ffffff', 'panel-border': '#0f4a85', 'widget-border': '#0f4a85', 'input-background': '#ffffff',
      'input-foreground': '#292929', 'input-border': '#0f4a85', 'input-placeholderForeground': '#292929b3', 'inputOption-activeBackground': '#00000000', 'inputOption-activeBorder': '#0f4a85',
      'inputOption-activeForeground': '#292929', 'button-foreground': '#ffffff', 'button-background': '#0f4a85', 'button-secondaryForeground': '#0f4a85', 'button-secondaryBackground': '#ffffff', 'button-border': '#0f4a85',
      'textLink-foreground': '#0f4a85', 'editorWidget-background': '#ffffff', 'list-activeSelectionBackground': '#0f4a851a', 'progressBar-background': '#0f4a85', 'panelTitle-activeBorder': '#0f4a85',
      'inputValidation-errorBackground': '#ffffff', 'inputValidation-errorBorder': '#0f4a85',
    },
  },
};
